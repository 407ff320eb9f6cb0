import { Facts } from "../../../src/identity/resolve/facts";
import { DEFAULT_RULES } from "../../../src/identity/resolve/resolution-rules";
import { resolve } from "../../../src/identity/resolve/resolve";
import { SimilarPair } from "../../../src/identity/similarity/similar-pair";

const RULES = { ...DEFAULT_RULES, similarity: { ...DEFAULT_RULES.similarity, guard: false, autoThreshold: 10 } };

const alike = (recordA: string, recordB: string, strength: number): SimilarPair => ({
  ...{ recordA, recordB, strength },
  comparisons: [],
});

function factsOf(pairs: readonly SimilarPair[]): Facts {
  const records = ["a", "b", "c"].map((id) => ({ id, source: "crm", person: {} }));
  return { records, identifiers: [], links: [], rulings: [], similarity: { profiles: new Map(), pairs } };
}

describe("of three who are alike", () => {
  const pairs = [alike("a", "b", 10.2), alike("a", "c", 10.1), alike("b", "c", 10.9)];

  test.each([
    ["as they were compared", pairs],
    ["the other way round", [...pairs].reverse()],
  ])("the strongest likenesses are told, %s", (_, given) => {
    const { clusters, joins } = resolve(factsOf(given), RULES);
    expect(clusters).toEqual([["a", "b", "c"]]);
    expect(joins.map(({ recordA, recordB }) => `${recordA} ${recordB}`)).toEqual(["a b", "b c"]);
  });
});
