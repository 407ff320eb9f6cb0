import fc from "fast-check";
import { DomainError } from "../../../src/errors";
import { decodeIdCursor, decodePageCursor, encodePageCursor } from "../../../src/graphql/page-cursor";

describe("a page's cursor", () => {
  it("gives back the keys it was made of", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 3 }), (keys) => {
        expect(decodePageCursor(encodePageCursor(keys), keys.length)).toEqual(keys);
      }),
    );
  });

  it("is none when nothing is given", () => {
    expect([decodePageCursor(null, 1), decodePageCursor(undefined, 1)]).toEqual([null, null]);
  });

  const cursor = encodePageCursor(["a", "b"]);

  it.each([
    ["the empty text", ""],
    ["another length", encodePageCursor(["a"])],
    ["padding", `${cursor}=`],
    ["white space", ` ${cursor}`],
    ["another spelling of the same bytes", Buffer.from('["a", "b"]').toString("base64url")],
    ["no list", Buffer.from('{"a":1}').toString("base64url")],
    ["no texts", Buffer.from("[1,2]").toString("base64url")],
    ["no JSON", "AAAA"],
  ])("is refused with %s", (_what, text) => {
    expect(() => decodePageCursor(text, 2)).toThrow(expect.objectContaining({ code: "BAD_CURSOR" }));
    expect(() => decodePageCursor(text, 2)).toThrow(DomainError);
  });

  it("of a list ordered by ids is an id, and nothing else", () => {
    const id = "01a20282-1626-7521-8e51-c42eb4956607";
    expect(decodeIdCursor(encodePageCursor([id]))).toBe(id);
    expect(decodeIdCursor(null)).toBeNull();
    for (const text of [encodePageCursor(["a"]), encodePageCursor([id, id]), id, ""]) {
      expect(() => decodeIdCursor(text)).toThrow(expect.objectContaining({ code: "BAD_CURSOR" }));
    }
  });
});
