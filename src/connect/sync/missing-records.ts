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
  readonly removeRecord: { readonly refused: string | null };
}

const KEYS = `query Keys($source: String!, $after: String!) {
  recordKeys(source: $source, after: $after) { hasMore records { recordId key } } }`;
const REMOVE = `mutation Remove($recordId: ID!) {
  removeRecord(recordId: $recordId, reason: "A full export of its source holds it no longer") { refused } }`;

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

/** Takes the records away, one by one; those that are gone already count as taken. Answers with their number. */
export async function removeMissing(
  client: GraphqlClient,
  missing: readonly KnownRecord[],
  signal: AbortSignal,
): Promise<number> {
  for (const { recordId } of missing) {
    signal.throwIfAborted();
    await client.request<Removal>(REMOVE, { recordId }, signal);
  }
  return missing.length;
}
