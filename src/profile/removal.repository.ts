import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

const REMOVE_TOKENS = statement(
  "profile.removeTokens",
  "delete from search_tokens where tenant_id = $1 and record_id = any($2::uuid[]) returning 1",
);

const NOTE_ERASURE = statement(
  "profile.noteErasure",
  `insert into erasures as e (tenant_id, erasure_id, profile_id, at, actor, reason, counts)
   values ($1, $2, $3, $4, $5, $6, $7) returning e.erasure_id`,
);

/** Removes the words by which the records are found, and answers with their number. */
export async function removeSearchTokens(tx: Transaction, recordIds: readonly string[]): Promise<number> {
  return (await tx.query(REMOVE_TOKENS, [tx.tenantId, recordIds])).length;
}

/** That somebody was erased, by whom, and how much that was. */
export interface ErasureNote {
  readonly id: string;
  readonly profileId: string;
  readonly at: Instant;
  readonly actor: string;
  readonly reason: string;
  readonly counts: object;
}

export async function noteErasure(
  tx: Transaction,
  { id, profileId, at, actor, reason, counts }: ErasureNote,
): Promise<void> {
  await tx.query(NOTE_ERASURE, [tx.tenantId, id, profileId, at, actor, reason, JSON.stringify(counts)]);
}
