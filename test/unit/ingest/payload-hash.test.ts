import fc from "fast-check";
import { canonicalJson, keyedId, payloadHash } from "../../../src/ingest/payload-hash";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const json = fc.jsonValue({ maxDepth: 5, stringUnit: "binary" });

function shuffled(value: unknown, order: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== "object" || value === null) return value;
  const entries = order(Object.keys(value)).map((key) => [
    key,
    shuffled((value as Record<string, unknown>)[key], order),
  ]);
  return Object.fromEntries(entries);
}

describe("canonical JSON", () => {
  test.each<[unknown, string]>([
    [{ b: 1, a: [2, { d: null, c: true }] }, '{"a":[2,{"c":true,"d":null}],"b":1}'],
    [{ a: undefined, b: 1 }, '{"b":1}'],
    [[undefined], "[null]"],
    [{ "": 0, é: 1, "😀": 2, "\uffff": 3, 10: 4, 9: 5 }, '{"":0,"10":4,"9":5,"é":1,"😀":2,"\uffff":3}'],
    ['a"b\\\n\u0001\u007f', '"a\\"b\\\\\\n\\u0001\u007f"'],
    [-0, "0"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
    [{}, "{}"],
    [[], "[]"],
    [null, "null"],
    [JSON.parse('{"__proto__": 1}'), '{"__proto__":1}'],
  ])("of %j is %s", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test("does not know the order of keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value, (keys) => keys.reverse()))).toBe(text);
        expect(canonicalJson(shuffled(value, (keys) => keys.sort()))).toBe(text);
      }),
    );
  });

  test("sorts many keys as it sorts few", () => {
    for (const count of [2, 31, 32, 33, 500]) {
      const keys = Array.from({ length: count }, (_, n) => `k${(n * 7919) % 1009}`);
      const sorted = [...keys].sort().map((key) => `"${key}":0`);
      expect(canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])))).toBe(`{${sorted.join(",")}}`);
    }
  });

  test("reads back as the same value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("the payload's hash", () => {
  const event = {
    messageId: "m1",
    source: "x",
    subject: { key: "7", identifiers: [] },
    text: "hello",
  };

  test("is a uuid and stays what it is, because it is stored", () => {
    expect(payloadHash(event)).toMatch(UUID);
    expect(payloadHash(event)).toMatchInlineSnapshot(`"a13d271c-4149-c808-64f6-a6babcdc7074"`);
  });

  test("changes with any part of the payload, and with nothing else", () => {
    expect(payloadHash({ ...event, text: "hello!" })).not.toBe(payloadHash(event));
    expect(payloadHash({ ...event, text: null })).not.toBe(payloadHash({ ...event, text: undefined }));
    expect(payloadHash(Object.fromEntries(Object.entries(event).reverse()))).toBe(payloadHash(event));
    expect(payloadHash({ ...event, actor: undefined })).toBe(payloadHash(event));
  });

  test("tells any two different values apart", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const same = canonicalJson(a) === canonicalJson(b);
        expect(payloadHash({ a }) === payloadHash({ a: b })).toBe(same);
      }),
    );
  });
});

describe("a keyed id", () => {
  const key = Buffer.from("0123456789abcdef0123456789abcdef");

  test("is a uuid of the key and the parts, and stays what it is", () => {
    expect(keyedId(key, "x", "m1")).toMatch(UUID);
    expect(keyedId(key, "x", "m1")).toMatchInlineSnapshot(`"d30c1667-9b36-4770-e1e4-495207b3a5a9"`);
    expect(keyedId(Buffer.from("another"), "x", "m1")).not.toBe(keyedId(key, "x", "m1"));
  });

  test("keeps lists of parts apart wherever the borders lie", () => {
    const ids = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], ["1:a", "b"], ["a1:b"]].map((parts) =>
      keyedId(key, ...parts),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
