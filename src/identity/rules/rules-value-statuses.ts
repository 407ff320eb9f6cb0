import { setImmediate as breathe } from "node:timers/promises";
import { ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { CarrierCount, valueStatus } from "../resolve/sharing";
import { RulesSnapshot } from "./rules-snapshot";

/** So much is worked through between two breaths that whoever else is served waits some milliseconds at most. */
export const WORK_A_BREATH = 20_000;

/** The carriers of each value of a snapshot, by value, each once and ascending, with the assurance of their links. */
export interface Carriers {
  /** By value, the place of its first carrier; one more than there are values. */
  readonly firsts: Int32Array;
  readonly records: Int32Array;
  readonly ranks: Int8Array;
}

export async function carriersOf(snapshot: RulesSnapshot): Promise<Carriers> {
  const firsts = new Int32Array(snapshot.values + 1);
  const lastCarrier = new Int32Array(snapshot.values).fill(-1);
  await forEachLink(snapshot, (record, value) => {
    if (lastCarrier[value] !== record) firsts[value + 1]! += 1;
    lastCarrier[value] = record;
  });
  for (let value = 0; value < snapshot.values; value++) firsts[value + 1]! += firsts[value]!;
  const records = new Int32Array(firsts[snapshot.values]!);
  const ranks = new Int8Array(records.length);
  const next = firsts.slice();
  lastCarrier.fill(-1);
  await forEachLink(snapshot, (record, value, rank) => {
    if (lastCarrier[value] === record) {
      const place = next[value]! - 1;
      ranks[place] = Math.max(ranks[place]!, rank);
      return;
    }
    lastCarrier[value] = record;
    const place = next[value]!++;
    records[place] = record;
    ranks[place] = rank;
  });
  return { firsts, records, ranks };
}

/** The status of every value, counted over the whole tenant. */
export async function statusesOf(
  snapshot: RulesSnapshot,
  carriers: Carriers,
  rules: ResolutionRules,
): Promise<ValueStatus[]> {
  const statuses = new Array<ValueStatus>(snapshot.values);
  for (let value = 0; value < snapshot.values; value++) {
    if (value % WORK_A_BREATH === 0) await breathe();
    const usable = snapshot.isUsable(value);
    const counts = usable ? perSource(snapshot, carriers, value) : [];
    statuses[value] = valueStatus(snapshot.kindOf(value), usable, counts, rules, snapshot.ruledShared.has(value));
  }
  return statuses;
}

function perSource(
  snapshot: RulesSnapshot,
  { firsts, records, ranks }: Carriers,
  value: number,
): Iterable<CarrierCount> {
  const bySource = new Map<number, { trusted: number; all: number }>();
  for (let place = firsts[value]!; place < firsts[value + 1]!; place++) {
    const source = snapshot.sourceOf.at(records[place]!);
    const count = bySource.get(source) ?? { trusted: 0, all: 0 };
    bySource.set(source, count);
    count.all += 1;
    if (ranks[place]! > 0) count.trusted += 1;
  }
  return bySource.values();
}

async function forEachLink(
  snapshot: RulesSnapshot,
  visit: (record: number, value: number, rank: number) => void,
): Promise<void> {
  for (let record = 0; record < snapshot.records; record++) {
    if (record % WORK_A_BREATH === 0) await breathe();
    const [from, to] = snapshot.linkRange(record);
    for (let link = from; link < to; link++) visit(record, snapshot.valueOf.at(link), snapshot.rankOf.at(link));
  }
}
