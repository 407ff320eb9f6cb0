import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly suspendedAt: string | null;
}

const INSERT = statement(
  "access.insertTenant",
  `insert into tenants as t (tenant_id, name, hash_key, cursor_key, created_at) values ($1, $2, $3, $4, $5)
   on conflict (tenant_id) do nothing returning t.tenant_id as id`,
);

const INSERT_FEED = statement(
  "access.insertFeed",
  `insert into feeds as f (tenant_id, position, tag, at) values ($1, 0, $2, $3)
   on conflict (tenant_id) do nothing returning f.tenant_id as id`,
);

// The one statement over several tenants: it runs where only the list of tenants and the feeds' counters can be seen.
const LIST = statement(
  "access.listTenants",
  `select t.tenant_id as id, t.name, t.created_at as "createdAt", t.suspended_at as "suspendedAt" from tenants t
   where $1::uuid is null or t.tenant_id > $1 order by t.tenant_id limit $2`,
);

/** A tenant with its empty feed. One that is there already keeps its keys and its feed. */
export async function insertTenant(
  tx: Transaction,
  tenant: { name: string; hashKey: Buffer; cursorKey: Buffer; feedTag: number; createdAt: string },
): Promise<void> {
  await Promise.all([
    tx.query(INSERT, [tx.tenantId, tenant.name, tenant.hashKey, tenant.cursorKey, tenant.createdAt]),
    tx.query(INSERT_FEED, [tx.tenantId, tenant.feedTag, tenant.createdAt]),
  ]);
}

/** Oldest first (ids carry their time; the default tenant stands before all others), after the tenant named. */
export function listTenants(tx: Transaction, after: string | null, limit: number): Promise<TenantRow[]> {
  return tx.query<TenantRow>(LIST, [after, limit]);
}
