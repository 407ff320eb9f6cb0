import { Instant } from "../db/column-types";
import { KnownObservation, KnownRecord } from "./known-profile";

/** What one record says of an attribute. */
export interface Observed {
  readonly value: unknown;
  readonly source: string;
  readonly recordId: string;
  readonly observedAt: Instant;
}

/** The value that won, where it came from, and what lost, best first. */
export interface Survivor extends Observed {
  readonly name: string;
  /** Not sent by a PUBLIC key. */
  readonly trusted: boolean;
  readonly alternatives: readonly Observed[];
}

interface Candidate extends Observed {
  readonly trusted: boolean;
  readonly empty: boolean;
  /** The place of its source in the tenant's priority; sources without one share the last place. */
  readonly place: number;
}

/**
 * Which value of each attribute holds, by name.
 *
 * In this order: a value beats an empty one; what a trusted sender said beats what a PUBLIC key sent; the source that the
 * tenant ranks higher; the later observation; then source and record id, so that the answer never depends on the order of
 * the records. A cleared attribute (JSON null) is not there. Empty values lose to all others and are no alternatives.
 */
export function resolveAttributes(records: readonly KnownRecord[], sourcePriority: readonly string[]): Survivor[] {
  const byName = new Map<string, Candidate[]>();
  for (const record of records) {
    for (const observation of record.observations) {
      if (observation.value === null) continue;
      const candidate = toCandidate(record, observation, sourcePriority);
      const rivals = byName.get(observation.name);
      if (rivals === undefined) byName.set(observation.name, [candidate]);
      else rivals.push(candidate);
    }
  }
  return [...byName.entries()].sort(([a], [b]) => compare(a, b)).map(([name, candidates]) => decide(name, candidates));
}

function decide(name: string, candidates: Candidate[]): Survivor {
  const [winner, ...others] = candidates.sort(bestFirst) as [Candidate, ...Candidate[]];
  const { trusted } = winner;
  return { name, trusted, ...toObserved(winner), alternatives: others.filter((other) => !other.empty).map(toObserved) };
}

function bestFirst(a: Candidate, b: Candidate): number {
  return (
    Number(a.empty) - Number(b.empty) ||
    Number(b.trusted) - Number(a.trusted) ||
    a.place - b.place ||
    compare(b.observedAt, a.observedAt) ||
    compare(a.source, b.source) ||
    compare(a.recordId, b.recordId)
  );
}

function toCandidate(
  record: KnownRecord,
  { value, trusted, observedAt }: KnownObservation,
  sourcePriority: readonly string[],
): Candidate {
  const index = sourcePriority.indexOf(record.source);
  const place = index === -1 ? sourcePriority.length : index;
  return { value, source: record.source, recordId: record.id, observedAt, trusted, empty: isEmpty(value), place };
}

function toObserved({ value, source, recordId, observedAt }: Candidate): Observed {
  return { value, source, recordId, observedAt };
}

/** White space, an empty list and an empty object say nothing; `false` and `0` do. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "string") return value.trim() === "";
  if (typeof value !== "object" || value === null) return false;
  return Object.keys(value).length === 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
