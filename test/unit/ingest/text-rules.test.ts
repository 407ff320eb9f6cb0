import fc from "fast-check";
import { findInstantProblem, findJsonProblem, findTextProblem } from "../../../src/ingest/text-rules";

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}
const inArray = (inner: unknown) => [inner];
const inObject = (inner: unknown) => ({ a: inner });

describe("texts", () => {
  test.each(["", "ann", "สวัสดี", "こんにちは", "😀👩‍👧", "\u0001\n", "\ufffd"])("%j is fine", (text) => {
    expect(findTextProblem(text)).toBeNull();
  });

  test.each([
    ["a\0b", "U+0000"],
    ["\ud83d", "surrogate"],
    ["\ude00 a", "surrogate"],
    ["\ude00\ud83d", "surrogate"],
  ])("%j is refused for %s", (text, word) => {
    expect(findTextProblem(text)).toContain(word);
  });
});

describe("JSON", () => {
  test("whatever JSON.parse gives is fine, if it is not too deep and holds nothing above", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5, stringUnit: "grapheme" }), (text) => {
        const value = JSON.parse(text);
        fc.pre(!/\\u0000/.test(text) && !/\d{16}/.test(text));
        expect(findJsonProblem(value)).toBeNull();
      }),
    );
  });

  test.each([
    ["arrays", inArray],
    ["objects", inObject],
  ])("64 %s inside one another are fine, 65 are not", (_, wrap) => {
    expect(findJsonProblem(nested(64, wrap))).toBeNull();
    expect(findJsonProblem(nested(65, wrap))).toContain("64");
  });

  test("a hundred thousand levels are refused like 65, without running out of stack", () => {
    expect(findJsonProblem(nested(100_000, inArray))).toContain("64");
    expect(findJsonProblem([{ a: nested(100_000, inObject) }])).toContain("64");
  });

  test.each([
    [{ a: [{ b: "x\0" }] }, "U+0000"],
    [{ "a\0": 1 }, "key"],
    [{ a: { "\ud83d": 1 } }, "key"],
    [["\udc00"], "surrogate"],
    [JSON.parse("[1e400]"), "double"],
    [JSON.parse("-1e400"), "double"],
    [Number.NaN, "double"],
    [JSON.parse('{"id": 9007199254740993}'), "2^53"],
    [JSON.parse("-991712597505445888"), "2^53"],
    [10n, "not JSON"],
    [() => 1, "not JSON"],
  ])("%# is refused and says why", (value, word) => {
    expect(findJsonProblem(value)).toContain(word);
  });

  test.each([null, true, 0, -0.5, 9007199254740991, 1.7976931348623157e308, 5e-324, 1e21, 0.1, "", [], {}])(
    "%j is fine",
    (value) => {
      expect(findJsonProblem(value)).toBeNull();
    },
  );

  test("an object without a prototype is read like any other", () => {
    expect(findJsonProblem(Object.assign(Object.create(null), { a: "\0" }))).toContain("U+0000");
    expect(findJsonProblem(JSON.parse('{"__proto__": {"a": "\\u0000"}}'))).toContain("U+0000");
  });
});

describe("instants", () => {
  test.each([
    "0001-01-01T00:00:00.000Z",
    "2026-11-22T07:19:00.123Z",
    "9999-12-31T23:59:59.999Z",
    "2024-02-29T00:00:00.000Z",
  ])("%s is fine", (instant) => {
    expect(findInstantProblem(instant)).toBeNull();
  });

  test.each([
    ["0000-12-31T23:59:59.999Z", "years"],
    ["+010000-01-01T00:00:00.000Z", "years"],
    ["-000001-01-01T00:00:00.000Z", "years"],
    ["2026-02-30T00:00:00.000Z", "calendar"],
    ["2026-01-01T24:00:00.000Z", "calendar"],
    ["2026-13-01T00:00:00.000Z", "calendar"],
  ])("%s is refused: %s", (instant, word) => {
    expect(findInstantProblem(instant)).toContain(word);
  });
});
