import { UnionFind } from "../union-find";
import type { ProfiledRecord } from "./candidates";
import { compareBirthDates } from "./compare-birth-date";
import { compareNames } from "./compare-name";
import { bucketOf, type SimilarityEdge } from "./edges";
import { clearContradiction } from "./judgement";
import type { PersonProfile } from "./person-profile";

/**
 * Joins records along the edges that may join by themselves, bucket by bucket from the strongest. All edges of a bucket
 * that touch each other are judged together: their sets join whole when no record of one clearly contradicts a record
 * of another. Where some do, an edge joins only if both its sets are free of contradictions with every set of the group
 * that it could bring together, so that no order among the edges decides.
 *
 * @param sets what is joined already; changed in place
 */
export function joinSimilar(
  records: readonly ProfiledRecord[],
  edges: readonly SimilarityEdge[],
  sets: UnionFind,
  veto: boolean,
): void {
  const buckets = new Map<number, SimilarityEdge[]>();
  for (const edge of edges) {
    if (!edge.joins) continue;
    const bucket = buckets.get(bucketOf(edge.strength));
    if (bucket) bucket.push(edge);
    else buckets.set(bucketOf(edge.strength), [edge]);
  }
  for (const strength of [...buckets.keys()].sort((a, b) => b - a)) {
    judgeBucket(buckets.get(strength)!, records, sets, veto);
  }
}

/** Whether any record of one side clearly contradicts any record of the other. */
export function sidesContradict(a: Iterable<PersonProfile>, b: Iterable<PersonProfile>): boolean {
  const others = [...b];
  for (const one of a) if (others.some((other) => profilesContradict(one, other))) return true;
  return false;
}

export function profilesContradict(a: PersonProfile, b: PersonProfile): boolean {
  const date = compareBirthDates(a.birthDates, b.birthDates);
  return clearContradiction([...compareNames(a.name, b.name), ...(date === null ? [] : [date])]) !== null;
}

function judgeBucket(
  edges: readonly SimilarityEdge[],
  records: readonly ProfiledRecord[],
  sets: UnionFind,
  veto: boolean,
): void {
  const open = edges
    .map(({ a, b }) => [sets.find(a), sets.find(b)] as const)
    .filter(([rootA, rootB]) => rootA !== rootB);
  const reach = new UnionFind(records.length);
  for (const [a, b] of open) reach.union(a, b);
  const groups = new Map<number, (readonly [number, number])[]>();
  for (const edge of open) {
    const group = groups.get(reach.find(edge[0]));
    if (group) group.push(edge);
    else groups.set(reach.find(edge[0]), [edge]);
  }
  for (const group of groups.values()) {
    const roots = [...new Set(group.flat())];
    const sides = new Map(roots.map((root) => [root, [...sets.elements(root)].map((place) => records[place]!.profile)]));
    const contradicted = new Set<number>();
    for (const [i, rootA] of roots.entries()) {
      for (const rootB of veto ? roots.slice(i + 1) : []) {
        if (!sidesContradict(sides.get(rootA)!, sides.get(rootB)!)) continue;
        contradicted.add(rootA).add(rootB);
      }
    }
    for (const [a, b] of group) if (!contradicted.has(a) && !contradicted.has(b)) sets.union(a, b);
  }
}
