import type { GraphqlClient } from "../commands/client";
import type { LineCheck } from "../import/line-check";
import type { NumberedLine } from "../import/numbered-lines";

/** A record that the server has of the source. */
export interface KnownRecord {
  readonly recordId: string;
  readonly key: string;
}

interface KeyPage {
  readonly recordKeys: { readonly hasMore: boolean; readonly records: readonly KnownRecord[] };
}

interface Removal {
  readonly removeSourceRecords: Removed;
}

/** What became of those that were missing. */
export interface Removed {
  readonly removed: number;
  /** Keys of those that stay, because the source spoke of them since. */
  readonly kept: readonly string[];
}

const KEYS_AT_ONCE = 100;

const KEYS = `query Keys($source: String!, $after: String!) {
  recordKeys(source: $source, after: $after) { hasMore records { recordId key } } }`;
const REMOVE = `mutation Remove($source: String!, $keys: [String!]!, $at: DateTime!) {
  removeSourceRecords(source: $source, keys: $keys, at: $at) { removed kept } }`;

/**
 * The records of the source that a full export does not hold. Holds the keys of the file in memory.
 *
 * Throws an error with words for the user when a row cannot be read: it may be the very one that would be missed.
 */
export async function findMissing(
  client: GraphqlClient,
  source: string,
  lines: AsyncIterable<NumberedLine>,
  check: LineCheck,
  signal: AbortSignal,
): Promise<KnownRecord[]> {
  const keys = new Set<string>();
  for await (const line of lines) {
    const checked = check(line);
    if ("refused" in checked) {
      const { line: number, message } = checked.refused;
      throw new Error(`Nothing is deleted, because not every row can be read: line ${number}: ${message}`);
    }
    keys.add((JSON.parse(checked.ok.text) as { key: string }).key);
  }
  // An export of nobody is a failed export.
  if (keys.size === 0) throw new Error("Nothing is deleted, because the file holds no row at all");
  const missing: KnownRecord[] = [];
  for (let after = "", more = true; more; ) {
    const page: KeyPage = await client.request(KEYS, { source, after }, signal);
    missing.push(...page.recordKeys.records.filter(({ key }) => !keys.has(key)));
    after = page.recordKeys.records.at(-1)?.key ?? after;
    more = page.recordKeys.hasMore;
  }
  return missing;
}

/** Takes the records away, as of the time at which the export was made. */
export async function removeMissing(
  client: GraphqlClient,
  source: string,
  missing: readonly KnownRecord[],
  exportedAt: Date,
  signal: AbortSignal,
): Promise<Removed> {
  let removed = 0;
  const kept: string[] = [];
  for (let from = 0; from < missing.length; from += KEYS_AT_ONCE) {
    const keys = missing.slice(from, from + KEYS_AT_ONCE).map(({ key }) => key);
    const { removeSourceRecords: done } = await client.request<Removal>(
      REMOVE,
      { source, keys, at: exportedAt.toISOString() },
      signal,
    );
    removed += done.removed;
    kept.push(...done.kept);
  }
  return { removed, kept };
}
