import fc from "fast-check";
import { readDelivery, writeDelivery } from "../../../src/connect/pipeline/kept-delivery";
import { keptItem } from "../../../src/connect/pipeline/kept-item";

describe("an item that is kept", () => {
  it("is all there where it can be", () => {
    expect(keptItem({ a: [1, "ไทย"] })).toEqual({ text: '{"a":[1,"ไทย"]}', whole: true });
  });

  it("is its beginning, as a text, where it is too large, too deep or cannot be stored", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    for (const item of ["x".repeat(70_000), { a: "\0" }, { a: "\ud800" }, deep, undefined, () => 1]) {
      const { text, whole } = keptItem(item);
      expect(whole).toBe(false);
      expect(typeof JSON.parse(text)).toBe("string");
      expect(text.length).toBeLessThan(140_000);
    }
  });

  it("can always be stored and read again", () => {
    fc.assert(
      fc.property(fc.anything(), (item) => {
        const { text } = keptItem(item);
        expect(text).not.toMatch(/\0|\p{Surrogate}/u);
        JSON.parse(text);
      }),
    );
  });
});

describe("a delivery that is kept", () => {
  const delivery = {
    ...{ method: "POST", url: "https://a.example/connect/t/s/x?y=1", path: "x", query: new URLSearchParams("y=1") },
    headers: new Map([
      ["content-type", "application/json"],
      ["authorization", "Bearer x"],
    ]),
    ...{ rawBody: Buffer.from([0, 255, 1]), body: Buffer.from("{}"), receivedAt: "2026-01-01T00:00:00.000Z" },
  };

  it("is read again as it came, without what it proved itself with", () => {
    const again = readDelivery(writeDelivery(delivery)!);
    expect({ ...again, query: String(again.query) }).toEqual({
      ...delivery,
      query: "y=1",
      headers: new Map([["content-type", "application/json"]]),
    });
  });

  it("is not kept where it is too large", () => {
    const rawBody = Buffer.alloc(300_000);
    expect(writeDelivery({ ...delivery, rawBody, body: rawBody })).toBeNull();
  });
});
