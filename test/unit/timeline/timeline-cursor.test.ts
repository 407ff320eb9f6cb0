import { encodePageCursor } from "../../../src/graphql/page-cursor";
import { decodeTimelineCursor, encodeTimelineCursor } from "../../../src/timeline/timeline-cursor";

const id = "01900000-0000-7000-8000-0000000000ab";
const occurredAt = "2026-01-01T00:00:00.120Z";

describe("a timeline's cursor", () => {
  it("gives back the place it was made of", () => {
    expect(decodeTimelineCursor(encodeTimelineCursor({ occurredAt, id }))).toEqual({ occurredAt, id });
  });

  it.each([null, undefined])("is none when %s is asked for", (cursor) => {
    expect(decodeTimelineCursor(cursor)).toBeNull();
  });

  it.each([
    ["the empty string", ""],
    ["another list", encodePageCursor(["recent", occurredAt, id])],
    ["fewer keys", encodePageCursor(["timeline", occurredAt])],
    ["more keys", encodePageCursor(["timeline", occurredAt, id, id])],
    ["another spelling of the time", encodePageCursor(["timeline", "2026-01-01T00:00:00.12Z", id])],
    ["a time that is none", encodePageCursor(["timeline", "infinity", id])],
    ["another spelling of the id", encodePageCursor(["timeline", occurredAt, id.toUpperCase()])],
    ["padding", `${encodeTimelineCursor({ occurredAt, id })}=`],
    ["a space", ` ${encodeTimelineCursor({ occurredAt, id })}`],
  ])("is refused with %s", (_, cursor) => {
    expect(() => decodeTimelineCursor(cursor)).toThrow(expect.objectContaining({ code: "BAD_CURSOR" }));
  });
});
