import fc from "fast-check";
import { DomainError } from "../../../src/errors";
import { decodePageCursor, encodePageCursor } from "../../../src/graphql/page-cursor";

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
});
