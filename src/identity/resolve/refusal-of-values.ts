import { Evidence, ValueStatus } from "./facts";
import { entryOf } from "./resolve-entry";
import { IndexedFacts, IndexedValue } from "./resolve-index";
import { UnionFind } from "./union-find";

/**
 * The joins that were refused because the value says nothing: shared by too many, or a placeholder. Told once for every
 * two profiles of one component; of a value that only claims made shared, only where one of the two ends is a claim.
 */
export function refusalsOfValues(facts: IndexedFacts, sets: UnionFind): Evidence[] {
  const refusals: Evidence[] = [];
  for (const value of facts.values) {
    const kind = REFUSALS[value.identifier.status];
    if (kind === null || value.carriers.length < 2) continue;
    for (const ends of endsByComponent(facts, sets, value)) {
      for (const [i, one] of ends.entries()) {
        for (const other of ends.slice(i + 1)) {
          const pair = refusedPair(one, other, value.identifier.status);
          if (!pair) continue;
          const [recordA, recordB] = pair.sort((a, b) => a - b).map((record) => facts.records[record]!.id);
          refusals.push({ kind, recordA: recordA!, recordB: recordB!, identifierId: value.identifier.id });
        }
      }
    }
  }
  return refusals;
}

const REFUSALS: Readonly<Record<ValueStatus, "SHARED_VALUE" | "BLOCKED_VALUE" | null>> = {
  LIVE: null,
  CLAIMS_SHARED: "SHARED_VALUE",
  SHARED: "SHARED_VALUE",
  UNUSABLE: "BLOCKED_VALUE",
};

/** The carriers of a value in one profile: the first of all, and the first by a claim. */
interface End {
  readonly first: number;
  firstClaim: number | undefined;
}

function endsByComponent(facts: IndexedFacts, sets: UnionFind, { carriers, ranks }: IndexedValue): End[][] {
  const components = new Map<number, Map<number, End>>();
  for (const [i, record] of carriers.entries()) {
    const component = facts.components.find(record);
    const ends = entryOf(components, component, () => new Map<number, End>());
    const end = entryOf(ends, sets.find(record), () => ({ first: record, firstClaim: undefined }));
    if (ranks[i] === 0) end.firstClaim ??= record;
  }
  return [...components.values()].map((ends) => [...ends.values()]);
}

function refusedPair(one: End, other: End, status: ValueStatus): [number, number] | null {
  if (status !== "CLAIMS_SHARED") return [one.first, other.first];
  if (one.firstClaim !== undefined) return [one.firstClaim, other.first];
  if (other.firstClaim !== undefined) return [one.first, other.firstClaim];
  return null;
}
