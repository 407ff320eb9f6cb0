import { compareWords } from "../../../../src/identity/similarity/compare/compare-word";
import { editDistance } from "../../../../src/identity/similarity/compare/edit-distance";
import { jaroWinkler } from "../../../../src/identity/similarity/compare/jaro-winkler";

/** Each astral character of these is two units of UTF-16; 𠮷 and 𠮸, 𩸽 and 𩹉, 😀 and 😁 begin with the same one. */
describe("texts are compared character by character", () => {
  it.each<[string, string, number]>([
    ["martha", "marhta", 0.9611],
    ["dixon", "dicksonx", 0.8133],
    ["dwayne", "duane", 0.84],
    ["吉田", "吉田", 1],
    ["吉田", "古田", 0.6667],
    ["𠮷田", "𠮷田", 1],
    ["𠮷田", "𠮸田", 0.6667],
    ["𠮷", "𠮸", 0],
    ["𠮷田太郎", "𠮸田太郎", 0.8333],
    ["𠮷田太郎", "𠮷田大郎", 0.8667],
    ["田𠮷", "𠮷田", 0],
    ["สมชาย", "สมชัย", 0.9067],
    ["สมชาย", "สมหญิง", 0.6622],
    ["😀😁", "😁😀", 0],
    ["😀ann", "😁ann", 0.8333],
    ["👩‍🚀ann", "👩‍🚀ann", 1],
    ["", "", 0],
    ["", "𠮷", 0],
  ])("%s and %s are %d alike", (a, b, likeness) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(likeness, 4);
    expect(jaroWinkler(b, a)).toBe(jaroWinkler(a, b));
  });

  it.each<[string, string, number]>([
    ["martha", "marhta", 1],
    ["吉田", "古田", 1],
    ["𠮷田", "𠮸田", 1],
    ["𠮷田", "吉田", 1],
    ["𠮷田", "田𠮷", 1],
    ["𠮷", "", 1],
    ["𩸽𩹉", "𩸽", 1],
    ["สมชาย", "สมชัย", 1],
    ["😀😁", "😁😀", 1],
    ["a😀b", "ab", 1],
    ["𠮷田太郎", "山本花子", 4],
  ])("%s becomes %s in %d steps", (a, b, steps) => {
    expect(editDistance(a, b)).toBe(steps);
    expect(editDistance(b, a)).toBe(steps);
    expect(editDistance(a, b, steps - 1)).toBe(steps);
  });

  it.each<[string, string, ReturnType<typeof compareWords>]>([
    ["𠮷田", "𠮸田", "DIFFERENT"],
    ["𠮷田太郎", "𠮷田太朗", "SLIP"],
    // Deseret letters, in a script that has initials as Latin has.
    ["𐐨𐐩𐐪𐐫𐐬", "𐐭𐐩𐐪𐐫𐐬", "NEAR"],
    ["ann", "bnn", "NEAR"],
    ["marthe", "barthe", "NEAR"],
    ["a", "ann", "INITIAL"],
    ["𐐨", "𐐨𐐩", "INITIAL"],
    ["𐐨", "𐐩𐐨", "DIFFERENT"],
  ])("the names %s and %s are %s", (a, b, level) => {
    expect(compareWords(a, b)).toBe(level);
    expect(compareWords(b, a)).toBe(level);
  });
});
