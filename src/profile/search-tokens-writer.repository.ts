import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

/** A word by which a record is found. */
export interface SearchTokenRow {
  readonly recordId: string;
  readonly token: string;
}

const DROP_OTHER_TOKENS = statement(
  "profile.dropOtherTokens",
  `delete from search_tokens t
   where t.tenant_id = $1 and t.record_id = any($2::uuid[])
     and not exists (
       select from unnest($3::uuid[], $4::text[]) n(record_id, token)
       where n.record_id = t.record_id and n.token = t.token)`,
);

const ADD_TOKENS = statement(
  "profile.addTokens",
  `insert into search_tokens as x (tenant_id, token, record_id)
   select f.tenant_id, u.token, u.record_id
   from feeds f cross join unnest($2::uuid[], $3::text[]) u(record_id, token)
   where f.tenant_id = $1
   on conflict (tenant_id, token, record_id) do nothing`,
);

/**
 * Makes `tokens` all the words by which the named records are found; a record without tokens is found by none. The
 * caller holds the records' rows, or two writers of one record could each leave the other's words behind.
 */
export async function replaceSearchTokens(
  tx: Transaction,
  recordIds: readonly string[],
  tokens: readonly SearchTokenRow[],
): Promise<void> {
  await Promise.all([dropOtherTokens(tx, recordIds, tokens), addSearchTokens(tx, tokens)]);
}

/** Of the named records all words but those of `tokens`. */
export async function dropOtherTokens(
  tx: Transaction,
  recordIds: readonly string[],
  tokens: readonly SearchTokenRow[],
): Promise<void> {
  if (recordIds.length === 0) return;
  const [owners, words] = sortedTokens(tokens);
  await tx.query(DROP_OTHER_TOKENS, [tx.tenantId, recordIds, owners, words]);
}

export async function addSearchTokens(tx: Transaction, tokens: readonly SearchTokenRow[]): Promise<void> {
  if (tokens.length > 0) await tx.query(ADD_TOKENS, [tx.tenantId, ...sortedTokens(tokens)]);
}

function sortedTokens(tokens: readonly SearchTokenRow[]): [string[], string[]] {
  const sorted = [...tokens].sort((a, b) => compare(a.token, b.token) || compare(a.recordId, b.recordId));
  return [sorted.map((row) => row.recordId), sorted.map((row) => row.token)];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
