import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

const REMOVE_ACTIVITY = statement(
  "timeline.removeActivity",
  "delete from record_activity where tenant_id = $1 and record_id = any($2::uuid[])",
);

const REMOVE_INTERACTIONS = statement(
  "timeline.removeInteractions",
  `with gone as (delete from interactions where tenant_id = $1 and record_id = any($2::uuid[]) returning 1)
   select count(*) as count from gone`,
);

/** Removes what is counted of the records. */
export async function removeActivity(tx: Transaction, recordIds: readonly string[]): Promise<void> {
  await tx.query(REMOVE_ACTIVITY, [tx.tenantId, recordIds]);
}

/** Removes the interactions of the records, and answers with their number. */
export async function removeInteractions(tx: Transaction, recordIds: readonly string[]): Promise<number> {
  const [row] = await tx.query<{ count: number }>(REMOVE_INTERACTIONS, [tx.tenantId, recordIds]);
  return row!.count;
}
