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
    // Twice through 200,000 entries and 133,334 keys, and after every 20,000 of either.
    expect(found).toHaveLength(2 * (10 + 6));
  });
});
