import fc from "fast-check";
import { readJson, readPayload } from "../../../src/connect/reading/payload";
import { quoteInexactNumbers } from "../../../src/connect/reading/quote-inexact-numbers";
import { findJsonProblem } from "../../../src/ingest/text-rules";

const read = (text: string) => readPayload(Buffer.from(text));
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("Reading a body as JSON", () => {
  test("gives what it says", () => {
    expect(read('{"a":[1,"ชา",null]}')).toEqual({ value: { a: [1, "ชา", null] }, problem: null });
  });

  test("keeps every digit of ids beyond 2^53", () => {
    const json =
      '{"id":1234567890123456789,"like":-98765432109876543,"half":0.1234567890123456,"text":"1234567890123456789 \\"5\\""}';
    expect(read(json).value).toEqual({
      id: "1234567890123456789",
      like: "-98765432109876543",
      half: 0.1234567890123456,
      text: '1234567890123456789 "5"',
    });
  });

  test("changes what PostgreSQL cannot store, in keys too", () => {
    expect(read('{"a\\u0000":"x\\u0000y","b":"\\ud83d","c":"\\ud83c\\udf75"}').value).toEqual({
      "a\ufffd": "x\ufffdy",
      b: "\ufffd",
      c: "🍵",
    });
  });

  test.each([
    ["is cut off", '{"a":', "The body is not JSON."],
    ["is empty", "", "The body is not JSON."],
    ["is nested a thousand deep", nested(1000), "The body is nested too deep."],
    ["is nested a million deep", nested(1_000_000), "The body is nested too deep."],
  ])("says so when it %s", (_what, text, problem) => {
    expect(read(text)).toEqual({ value: text, problem });
  });

  test("says so when it is not UTF-8", () => {
    const body = Buffer.from([0x22, 0xff, 0x22]);
    expect(readPayload(body)).toEqual({ value: '"\ufffd"', problem: "The body is not UTF-8." });
  });

  test("takes texts of megabytes", () => {
    const text = "\\n".repeat(4_000_000);
    expect(read(`["${text}",12345678901234567]`).value).toEqual(["\n".repeat(4_000_000), "12345678901234567"]);
  });

  test("never throws, and what it gives can be stored", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: "binary" })), (text) => {
        expect(findJsonProblem(read(text).value)).toBeNull();
      }),
    );
  });

  test.each([
    ["1234567890123456", 1234567890123456],
    ["9007199254740993", "9007199254740993"],
    ["9.007199254740993e15", "9.007199254740993e15"],
    ["12345678.123e13", "12345678.123e13"],
    ["1e18", "1e18"],
    ["1e300", 1e300],
    ["1e999", "1e999"],
    ["-1E+999", "-1E+999"],
    ["1e-999", 0],
    ["0.1234567890123456789", 0.12345678901234568],
  ])("gives the number %s, or its digits where a double is another one", (number, expected) => {
    expect(read(`{"a":[1, ${number}]}`).value).toEqual({ a: [1, expected] });
    expect(read(number).value).toEqual(expected);
  });

  test("leaves JSON of which no number is lost as it is", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        fc.pre(findJsonProblem(JSON.parse(json)) === null);
        expect(JSON.parse(quoteInexactNumbers(json))).toEqual(JSON.parse(json));
      }),
    );
  });

  test("of a contract of its own is given as it was sent, however deep", () => {
    const json = `{"text":"a\\u0000\\ud83d","id":12345678901234567,"deep":${nested(100_000)}}`;
    const { value, problem } = readJson(Buffer.from(json));
    expect(problem).toBeNull();
    expect(value).toMatchObject({ text: "a\0\ud83d", id: "12345678901234567" });
  });
});
