import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { Role } from "./role";

export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface KeyOpening {
  readonly keyId: string;
  readonly role: Role;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly tenantName: string;
}

const COLUMNS = `k.key_id as id, k.name, k.role, k.created_at as "createdAt", k.expires_at as "expiresAt",
  k.revoked_at as "revokedAt", k.last_used_at as "lastUsedAt"`;

const OPEN = statement(
  "access.open",
  `select k.key_id as "keyId", k.role, k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt", t.name as "tenantName"
   from api_keys k join tenants t on t.tenant_id = $1
   where k.tenant_id = $1 and k.secret_hash = $2 and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > $3) and t.suspended_at is null`,
);

const STILL_OPEN = statement(
  "access.stillOpen",
  `select k.key_id as id, k.role from api_keys k
   where k.tenant_id = $1 and k.key_id = any($2::uuid[]) and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > $3)`,
);

const INSERT = statement(
  "access.insertKey",
  `insert into api_keys as k (tenant_id, key_id, name, role, secret_hash, created_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, secret_hash) do nothing returning k.key_id as id`,
);

const FIND = statement("access.findKey", `select ${COLUMNS} from api_keys k where k.tenant_id = $1 and k.key_id = $2`);

const FIND_BY_SECRET = statement(
  "access.findKeyBySecret",
  `select ${COLUMNS} from api_keys k where k.tenant_id = $1 and k.secret_hash = $2`,
);

const LIST = statement(
  "access.listKeys",
  `select ${COLUMNS} from api_keys k where k.tenant_id = $1 and ($2::uuid is null or k.key_id < $2)
   order by k.key_id desc limit $3`,
);

const LAST_USE = statement("access.lastUse", `select max(last_used_at) as at from api_keys where tenant_id = $1`);

const REVOKE = statement(
  "access.revokeKey",
  `update api_keys set revoked_at = $3 where tenant_id = $1 and key_id = $2 and revoked_at is null`,
);

const TOUCH = statement(
  "access.touchKey",
  `update api_keys set last_used_at = $3
   where tenant_id = $1 and key_id = $2 and (last_used_at is null or last_used_at < $4)`,
);

/** The key behind a secret, when it opens its tenant at this moment. */
export async function findOpening(tx: Transaction, secretHash: Buffer, now: string): Promise<KeyOpening | undefined> {
  return (await tx.query<KeyOpening>(OPEN, [tx.tenantId, secretHash, now]))[0];
}

/** The roles of those of the keys that are neither revoked nor expired at this moment, by their ids. */
export async function listStillOpen(
  tx: Transaction,
  keyIds: readonly string[],
  now: string,
): Promise<Map<string, Role>> {
  const rows = await tx.query<{ id: string; role: Role }>(STILL_OPEN, [tx.tenantId, keyIds, now]);
  return new Map(rows.map(({ id, role }) => [id, role]));
}

/** Answers whether the key is new; a secret that is known already is left as it is. */
export async function insertKey(
  tx: Transaction,
  key: { id: string; name: string; role: Role; secretHash: Buffer; createdAt: string; expiresAt: string | null },
): Promise<boolean> {
  const values = [tx.tenantId, key.id, key.name, key.role, key.secretHash, key.createdAt, key.expiresAt];
  return (await tx.query(INSERT, values)).length === 1;
}

export async function findKey(tx: Transaction, id: string): Promise<ApiKeyRow | undefined> {
  return (await tx.query<ApiKeyRow>(FIND, [tx.tenantId, id]))[0];
}

export async function findKeyBySecret(tx: Transaction, secretHash: Buffer): Promise<ApiKeyRow | undefined> {
  return (await tx.query<ApiKeyRow>(FIND_BY_SECRET, [tx.tenantId, secretHash]))[0];
}

/** Newest first (ids carry their time), after the key named by `before`. */
export function listKeys(tx: Transaction, before: string | null, limit: number): Promise<ApiKeyRow[]> {
  return tx.query<ApiKeyRow>(LIST, [tx.tenantId, before, limit]);
}

export async function findLastUse(tx: Transaction): Promise<string | null> {
  return (await tx.query<{ at: string | null }>(LAST_USE, [tx.tenantId]))[0]?.at ?? null;
}

export async function revokeKey(tx: Transaction, id: string, now: string): Promise<void> {
  await tx.query(REVOKE, [tx.tenantId, id, now]);
}

/** Notes a use, unless one not older than `unlessAfter` is noted already. */
export async function touchKey(tx: Transaction, id: string, now: string, unlessAfter: string): Promise<void> {
  await tx.query(TOUCH, [tx.tenantId, id, now, unlessAfter]);
}
