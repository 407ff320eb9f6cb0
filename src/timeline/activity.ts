import { Instant } from "../db/column-types";
import { earlier, later } from "./instant-order";

/** The channel of a record that was seen without an interaction, as a CRM's record is. It is no channel to clients. */
export const NO_CHANNEL = "";

/** What one record did on one channel. */
export interface ActivityRow {
  readonly recordId: string;
  readonly channel: string;
  /** How many interactions are new. */
  readonly interactions: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** One row per record and channel, in the order of that key. */
export function foldActivity(rows: readonly ActivityRow[]): ActivityRow[] {
  const byKey = new Map<string, ActivityRow>();
  for (const row of rows) {
    const key = `${row.recordId} ${row.channel}`;
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? row : joinActivity(known, row));
  }
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!);
}

function joinActivity(a: ActivityRow, b: ActivityRow): ActivityRow {
  return {
    recordId: a.recordId,
    channel: a.channel,
    interactions: a.interactions + b.interactions,
    firstAt: earlier(a.firstAt, b.firstAt),
    lastAt: later(a.lastAt, b.lastAt),
  };
}
