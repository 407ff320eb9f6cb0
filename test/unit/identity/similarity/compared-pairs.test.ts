import { ComparedPairs } from "../../../../src/identity/similarity/compared-pairs";
import { describePerson } from "../../../../src/identity/similarity/described-person";
import { SimilarPair } from "../../../../src/identity/similarity/similar-pair";

const ann = describePerson({ givenName: "Ann", familyName: "Carter" }, [], 10_000)!;
const anna = describePerson({ givenName: "Anna", familyName: "Carter" }, [], 10_000)!;
const PAIR = { recordA: "a", recordB: "b", strength: 12, comparisons: [] } as unknown as SimilarPair;
const said = (...entries: [string, typeof ann | null][]) => new Map(entries);

describe("pairs that were compared", () => {
  it("are known, whichever of the two is named first, and those that are not alike too", () => {
    const pairs = new ComparedPairs();
    pairs.keep("b", "a", said(["a", ann]), PAIR);
    pairs.keep("a", "c", said(["a", ann]), null);
    expect(pairs.find("a", "b", said(["a", ann]))).toBe(PAIR);
    expect(pairs.find("b", "a", said(["a", ann], ["c", anna]))).toBe(PAIR);
    expect(pairs.find("c", "a", said(["a", ann]))).toBeNull();
    expect(pairs.find("b", "c", said(["a", ann]))).toBeUndefined();
  });

  it("are not known once either says something else, nothing, or what is stored", () => {
    const pairs = new ComparedPairs();
    pairs.keep("a", "b", said(["a", ann]), PAIR);
    for (const persons of [said(["a", anna]), said(["a", null]), said(), said(["a", ann], ["b", anna])]) {
      expect(pairs.find("a", "b", persons)).toBeUndefined();
    }
  });

  it("are not known once another version of what is stored of either was heard of", () => {
    const pairs = new ComparedPairs();
    pairs.hear("b", "700");
    pairs.keep("a", "b", said(["a", ann]), PAIR);
    expect(pairs.versionOf("b")).toBe("700");
    expect(pairs.find("a", "b", said(["a", ann]))).toBe(PAIR);
    pairs.hear("b", "701");
    expect(pairs.find("a", "b", said(["a", ann]))).toBeUndefined();
  });
});
