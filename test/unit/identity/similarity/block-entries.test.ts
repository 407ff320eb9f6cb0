import { BlockEntries } from "../../../../src/identity/similarity/block-entries";

/** Each record has a key of its own and shares one with the next few. */
function entriesOf(records: number): BlockEntries {
  const entries = new BlockEntries();
  for (let record = 0; record < records; record += 1) entries.add([Math.floor(record / 3), records + record]);
  return entries;
}

describe("pairs of many records, told by their keys", () => {
  it("are found once each, however many parts the keys are looked at in", () => {
    const records = 300_000;
    const found = [...entriesOf(records).pairs(3)].filter((pair) => pair !== null);
    const expected = Array.from({ length: records / 3 }, (_, key) => 3 * key).flatMap((first) => [
      `${first} ${first + 1}`,
      `${first} ${first + 2}`,
      `${first + 1} ${first + 2}`,
    ]);
    expect(found.map((pair) => pair.join(" ")).sort()).toEqual(expected.sort());
  });

  it("leave others their turn while none is found", () => {
    const records = 100_000;
    const found = [...entriesOf(records).pairs(2)];
    expect(found.every((pair) => pair === null)).toBe(true);
    // Twice through the entries, and twice through the keys.
    expect(found.length).toBeGreaterThanOrEqual(4 * (records / 20_000));
  });
});
