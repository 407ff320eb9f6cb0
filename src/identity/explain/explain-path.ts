import { Evidence } from "../resolve/facts";
import { bitsBetween, EvidenceUnit, evidenceBetween } from "./explain-units";

/**
 * The strongest chain of evidence from one record to another: of all chains the one whose weakest step is strongest, of
 * those the shortest; each step is the strongest there is between its two records. Null when nothing leads there.
 */
export function strongestPath(units: readonly EvidenceUnit[], from: string, to: string): Evidence[] | null {
  const thresholds = [...new Set(units.flatMap(({ members }) => [...members.values()].map(({ bits }) => bits)))];
  for (const least of thresholds.sort((a, b) => b - a)) {
    const chain = shortestChain(units, from, to, least);
    if (chain) return stepsOf(chain, units);
  }
  return null;
}

/** Breadth first over the members that are at least this strongly tied; each unit is walked through once. */
function shortestChain(units: readonly EvidenceUnit[], from: string, to: string, least: number): string[] | null {
  const unitsOfRecord = byRecord(units, least);
  const cameFrom = new Map<string, string | null>([[from, null]]);
  const walked = new Set<EvidenceUnit>();
  const waiting = [from];
  for (const recordId of waiting) {
    if (recordId === to) return chainTo(to, cameFrom);
    for (const unit of unitsOfRecord.get(recordId) ?? []) {
      if (walked.has(unit)) continue;
      walked.add(unit);
      for (const [member, { bits }] of unit.members) {
        if (bits < least || cameFrom.has(member)) continue;
        cameFrom.set(member, recordId);
        waiting.push(member);
      }
    }
  }
  return null;
}

function chainTo(to: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const chain: string[] = [];
  for (let recordId: string | null = to; recordId !== null; recordId = cameFrom.get(recordId)!) chain.push(recordId);
  return chain.reverse();
}

/** By record the units of which it is a member that is at least this strongly tied, in their order. */
function byRecord(units: readonly EvidenceUnit[], least: number): Map<string, EvidenceUnit[]> {
  const found = new Map<string, EvidenceUnit[]>();
  for (const unit of units) {
    for (const [recordId, { bits }] of unit.members) {
      if (bits < least) continue;
      const known = found.get(recordId);
      if (known) known.push(unit);
      else found.set(recordId, [unit]);
    }
  }
  return found;
}

function stepsOf(chain: readonly string[], units: readonly EvidenceUnit[]): Evidence[] {
  const unitsOfRecord = byRecord(units, 0);
  return chain.slice(1).map((record, place) => {
    const before = chain[place]!;
    const between = unitsOfRecord.get(before)!.filter(({ members }) => members.has(record));
    const strongest = between.reduce((best, unit) =>
      bitsBetween(unit, before, record) > bitsBetween(best, before, record) ? unit : best,
    );
    return evidenceBetween(strongest, before, record);
  });
}
