import { Facts, Resolution } from "../../src/identity/resolve/facts";
import { ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { sidesContradict } from "../../src/identity/similarity/sides-contradict";
import { TestDatabase } from "./database";

type Clusters = Resolution["clusters"];

/** Clusters as `storedPartition` tells them. */
export function partitionOf(clusters: Clusters): { profileId: string; recordIds: string[] }[] {
  const profiles = clusters.map((ids) => ({ profileId: ids[0]!, recordIds: [...ids] }));
  return profiles.sort((a, b) => (a.profileId < b.profileId ? -1 : 1));
}

/** Two records that are alike, and whether a person is asked about them. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly strength: number;
  readonly suggested: boolean;
}

/** All pairs that are stored, in the order of their records. */
export function storedPairs(db: TestDatabase): Promise<Pair[]> {
  return db.ownerQuery<Pair>(
    "select record_a as a, record_b as b, strength, suggested from similar_pairs order by record_a, record_b",
  );
}

/**
 * What pairs there are by these facts: suggested are those who are strong enough, in two customers, between whom no
 * DIFFERENT ruling stands and who do not contradict each other as a whole. None where nobody is compared.
 */
export function pairsOf({ rulings, similarity }: Facts, clusters: Clusters, rules: ResolutionRules): Pair[] {
  const clusterOf = new Map(clusters.flatMap((ids) => ids.map((id) => [id, ids] as const)));
  const stands = (sides: readonly (readonly string[])[], one: string, other: string) =>
    sides[0]!.some((id) => clusterOf.get(one)!.includes(id)) &&
    sides[1]!.some((id) => clusterOf.get(other)!.includes(id));
  const ruledApart = (a: string, b: string) =>
    rulings.some(({ kind, sides }) => kind === "DIFFERENT" && (stands(sides, a, b) || stands(sides, b, a)));
  const pairs = (similarity?.pairs ?? []).map(({ recordA: a, recordB: b, strength, comparisons }): Pair => {
    const asked = strength >= rules.similarity.reviewThreshold && clusterOf.get(a) !== clusterOf.get(b);
    const saidBy = (id: string) => clusterOf.get(id)!.flatMap((member) => similarity!.profiles.get(member) ?? []);
    const contradict = rules.similarity.guard && sidesContradict({ comparisons }, saidBy(a), saidBy(b));
    return { a, b, strength, suggested: asked && !ruledApart(a, b) && !contradict };
  });
  return pairs.sort((x, y) => (x.a + x.b < y.a + y.b ? -1 : 1));
}
