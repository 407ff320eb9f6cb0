import { similarityEdges } from "../../../../src/identity/similarity/edges";
import { joinSimilar } from "../../../../src/identity/similarity/join-similar";
import { DEFAULT_SIMILARITY, type SimilarityRules } from "../../../../src/identity/similarity/similarity-rules";
import { UnionFind } from "../../../../src/identity/union-find";
import { person, type Said } from "./people";

/** Who is one person by similarity alone, as "a b | c". */
export function profilesOf(
  people: Readonly<Record<string, Said>>,
  rules: SimilarityRules = DEFAULT_SIMILARITY,
): string {
  const records = Object.entries(people).map(([id, said]) => ({ id, profile: person(said) }));
  const sets = new UnionFind(records.length);
  joinSimilar(records, similarityEdges(records, rules), sets, rules.guard);
  const profiles = new Map<number, string[]>();
  for (const [place, { id }] of records.entries()) {
    const root = sets.find(place);
    profiles.set(root, [...(profiles.get(root) ?? []), id]);
  }
  return [...profiles.values()]
    .map((ids) => ids.sort().join(" "))
    .sort()
    .join(" | ");
}
