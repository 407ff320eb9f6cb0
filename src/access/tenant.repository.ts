import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

export interface TenantRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly suspendedAt: string | null;
}

/** What decides whether a tenant opens, and the number that rises with every change of who may come in. */
export interface TenantAccess {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly suspendedAt: string | null;
  readonly version: number;
}

const COLUMNS = `t.tenant_id as id, t.name, t.created_at as "createdAt", t.suspended_at as "suspendedAt"`;

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

// Statements over several tenants run where only the list of tenants and the feeds' counters can be seen.
const LIST = statement(
  "access.listTenants",
  `select ${COLUMNS} from tenants t where $1::uuid is null or t.tenant_id > $1 order by t.tenant_id limit $2`,
);

const ACCESS_COLUMNS = `t.tenant_id as "tenantId", t.name as "tenantName", t.suspended_at as "suspendedAt",
  t.access_version as version`;

const ACCESS = statement("access.tenant", `select ${ACCESS_COLUMNS} from tenants t where t.tenant_id = $1`);

const LIST_ACCESS = statement(
  "access.tenantsOf",
  `select ${ACCESS_COLUMNS} from tenants t where t.tenant_id = any($1::uuid[])`,
);

const RAISE_VERSION = statement(
  "access.raiseVersion",
  "update tenants set access_version = access_version + 1 where tenant_id = $1",
);

const SUSPEND = statement(
  "access.suspend",
  `update tenants as t set suspended_at = coalesce(t.suspended_at, $2), access_version = t.access_version + 1
   where t.tenant_id = $1 returning ${COLUMNS}`,
);

const RESUME = statement(
  "access.resume",
  `update tenants as t set suspended_at = null, access_version = t.access_version + 1
   where t.tenant_id = $1 returning ${COLUMNS}`,
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

export async function findTenantAccess(tx: Transaction): Promise<TenantAccess | undefined> {
  return (await tx.query<TenantAccess>(ACCESS, [tx.tenantId]))[0];
}

/** Of several tenants in one statement. */
export function listTenantAccess(tx: Transaction, tenantIds: readonly string[]): Promise<TenantAccess[]> {
  return tx.query<TenantAccess>(LIST_ACCESS, [tenantIds]);
}

/** To be written with every change of who may come in: servers look at this number alone. */
export async function raiseAccessVersion(tx: Transaction): Promise<void> {
  await tx.query(RAISE_VERSION, [tx.tenantId]);
}

/** A tenant that is suspended already keeps its time. Undefined when there is no such tenant. */
export async function suspendTenant(tx: Transaction, now: string): Promise<TenantRow | undefined> {
  return (await tx.query<TenantRow>(SUSPEND, [tx.tenantId, now]))[0];
}

export async function resumeTenant(tx: Transaction): Promise<TenantRow | undefined> {
  return (await tx.query<TenantRow>(RESUME, [tx.tenantId]))[0];
}
