import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";

const NOTE = statement(
  "connect.noteRemoval",
  `insert into source_removals as r (tenant_id, removal_id, at) values ($1, $2, $3)
   on conflict (tenant_id, removal_id) do update set at = greatest(r.at, excluded.at) returning r.removal_id`,
);

const FIND = statement(
  "connect.findRemovals",
  "select removal_id as id, at from source_removals where tenant_id = $1 and removal_id = any($2::uuid[])",
);

/** Remembers that a source removed a person, so that what it said of them before is not taken for news when it comes late. */
export async function noteRemoval(tx: Transaction, removalId: string, at: Instant): Promise<void> {
  await tx.query(NOTE, [tx.tenantId, removalId, at]);
}

/** When those of them that were removed last were. */
export async function findRemovals(tx: Transaction, removalIds: readonly string[]): Promise<Map<string, Instant>> {
  if (removalIds.length === 0) return new Map();
  const rows = await tx.query<{ id: string; at: Instant }>(FIND, [tx.tenantId, removalIds]);
  return new Map(rows.map(({ id, at }) => [id, at]));
}
