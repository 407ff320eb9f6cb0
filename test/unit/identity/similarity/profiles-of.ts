import { Facts, Ruling } from "../../../../src/identity/resolve/facts";
import { DEFAULT_RULES } from "../../../../src/identity/resolve/resolution-rules";
import { resolve } from "../../../../src/identity/resolve/resolve";
import { similarPairs } from "../../../../src/identity/similarity/similar-pairs";
import { DEFAULT_SIMILARITY, type SimilarityRules } from "../../../../src/identity/similarity/similarity-rules";
import { person, type Said } from "./people";

/** Who is one person by similarity, as "a b | c". Groups of ids that are ruled SAME may be given. */
export function profilesOf(
  people: Readonly<Record<string, Said>>,
  rules: SimilarityRules = DEFAULT_SIMILARITY,
  ruledSame: readonly (readonly string[])[] = [],
): string {
  const records = Object.entries(people).map(([id, said]) => ({ id, profile: person(said) }));
  const facts: Facts = {
    records: records.map(({ id }) => ({ id, source: "", person: {} })),
    identifiers: [],
    links: [],
    rulings: ruledSame.map((side, n): Ruling => ({ id: `ruling-${n}`, kind: "SAME", position: n, sides: [side] })),
    similarity: {
      profiles: new Map(records.map(({ id, profile }) => [id, profile])),
      pairs: similarPairs(records, rules),
    },
  };
  const { clusters } = resolve(facts, { ...DEFAULT_RULES, similarity: rules });
  return clusters
    .map((ids) => [...ids].sort().join(" "))
    .sort()
    .join(" | ");
}
