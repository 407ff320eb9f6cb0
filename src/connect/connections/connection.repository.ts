import { Sealed } from "../../access/secret-box";
import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";

/** Credentials as they are kept: what is in them can be read by a server with the key alone. */
export interface CredentialRow {
  readonly id: string;
  readonly sealed: Sealed;
  /** The names of those that are set. */
  readonly fields: readonly string[];
  readonly since: Instant;
  /** From when on they open nothing; null while that is open. */
  readonly until: Instant | null;
}

export interface ConnectionRow {
  readonly source: string;
  readonly system: string;
  readonly connectedAt: Instant;
  readonly lastDeliveryAt: Instant | null;
  readonly deliveries: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly unknown: number;
  readonly refused: number;
}

/** What deliveries came to; to be added to what a connection counted before. */
export type Counts = Readonly<Record<"deliveries" | "accepted" | "duplicates" | "unknown" | "refused", number>>;

// One statement whether or not there is such a tenant or source: who asks must not learn it by the time it takes.
const OPEN = statement(
  "connect.openConnection",
  `select c.system, k.credential_id as id, k.key_id as "keyId", k.sealed as bytes, k.fields, k.since, k.until,
     exists (select from source_removals r where r.tenant_id = $1) as "hasRemovals"
   from tenants t
   join connections c on c.tenant_id = $1 and c.source = $2
   join connection_credentials k on k.tenant_id = $1 and k.source = c.source and (k.until is null or k.until > $3)
   where t.tenant_id = $1 and t.suspended_at is null
   order by k.credential_id desc`,
);

const INSERT = statement(
  "connect.insertConnection",
  `insert into connections as c (tenant_id, source, system, connected_at) values ($1, $2, $3, $4)
   on conflict (tenant_id, source) do nothing returning c.source`,
);

const INSERT_CREDENTIAL = statement(
  "connect.insertCredential",
  `insert into connection_credentials as k (tenant_id, source, credential_id, key_id, sealed, fields, since)
   values ($1, $2, $3, $4, $5, $6, $7) returning k.credential_id`,
);

const HOLD = statement(
  "connect.holdConnection",
  "select system from connections where tenant_id = $1 and source = $2 for no key update",
);

const CREDENTIALS = statement(
  "connect.listCredentials",
  `select source, credential_id as id, key_id as "keyId", sealed as bytes, fields, since, until
   from connection_credentials where tenant_id = $1 and source = any($2::text[]) order by credential_id desc`,
);

const REMOVE_CREDENTIALS = statement(
  "connect.removeCredentials",
  "delete from connection_credentials where tenant_id = $1 and source = $2 and credential_id = any($3::uuid[])",
);

const END_CREDENTIAL = statement(
  "connect.endCredential",
  "update connection_credentials set until = $4 where tenant_id = $1 and source = $2 and credential_id = $3",
);

const RESEAL = statement(
  "connect.resealCredential",
  "update connection_credentials set key_id = $4, sealed = $5 where tenant_id = $1 and source = $2 and credential_id = $3",
);

const REMOVE = statement(
  "connect.removeConnection",
  "delete from connections where tenant_id = $1 and source = $2 returning source",
);

const LIST = statement(
  "connect.listConnections",
  `select source, system, connected_at as "connectedAt", last_delivery_at as "lastDeliveryAt", deliveries, accepted,
     duplicates, unknown, refused
   from connections where tenant_id = $1 and ($2::text is null or source = $2) order by source`,
);

const COUNT = statement(
  "connect.countDeliveries",
  `update connections set last_delivery_at = greatest(last_delivery_at, $3), deliveries = deliveries + $4,
     accepted = accepted + $5, duplicates = duplicates + $6, unknown = unknown + $7, refused = refused + $8
   where tenant_id = $1 and source = $2`,
);

interface StoredCredential {
  readonly id: string;
  readonly keyId: string;
  readonly bytes: Buffer;
  readonly fields: readonly string[];
  readonly since: Instant;
  readonly until: Instant | null;
}

interface OpenRow {
  readonly system: string;
  readonly credentials: CredentialRow[];
  /** Whether any source of the tenant ever removed a person. */
  readonly hasRemovals: boolean;
}

/** The system behind a source and its credentials that are valid at the moment, the newest first; none for nobody's. */
export async function openConnection(tx: Transaction, source: string, at: Instant): Promise<OpenRow | null> {
  const rows = await tx.query<StoredCredential & OpenRow>(OPEN, [tx.tenantId, source, at]);
  if (rows[0] === undefined) return null;
  const { system, hasRemovals } = rows[0];
  return { system, hasRemovals, credentials: rows.map(credentialOf) };
}

/** Answers whether it was made: false where the source is connected already. */
export async function insertConnection(
  tx: Transaction,
  source: string,
  system: string,
  now: Instant,
): Promise<boolean> {
  return (await tx.query(INSERT, [tx.tenantId, source, system, now])).length > 0;
}

export async function insertCredential(
  tx: Transaction,
  source: string,
  { id, sealed, fields, since }: Omit<CredentialRow, "until">,
): Promise<void> {
  await tx.query(INSERT_CREDENTIAL, [tx.tenantId, source, id, sealed.keyId, sealed.bytes, fields, since]);
}

/** The system of a connection, held against whoever else would change its credentials; null for an unknown one. */
export async function holdConnection(tx: Transaction, source: string): Promise<string | null> {
  const [row] = await tx.query<{ system: string }>(HOLD, [tx.tenantId, source]);
  return row?.system ?? null;
}

/** By source, the newest first. */
export async function listCredentials(
  tx: Transaction,
  sources: readonly string[],
): Promise<Map<string, CredentialRow[]>> {
  const rows = await tx.query<StoredCredential & { source: string }>(CREDENTIALS, [tx.tenantId, sources]);
  const bySource = new Map<string, CredentialRow[]>(sources.map((source) => [source, []]));
  for (const row of rows) bySource.get(row.source)!.push(credentialOf(row));
  return bySource;
}

export async function removeCredentials(tx: Transaction, source: string, ids: readonly string[]): Promise<void> {
  await tx.query(REMOVE_CREDENTIALS, [tx.tenantId, source, ids]);
}

export async function endCredential(tx: Transaction, source: string, id: string, until: Instant | null): Promise<void> {
  await tx.query(END_CREDENTIAL, [tx.tenantId, source, id, until]);
}

export async function resealCredential(tx: Transaction, source: string, id: string, sealed: Sealed): Promise<void> {
  await tx.query(RESEAL, [tx.tenantId, source, id, sealed.keyId, sealed.bytes]);
}

/** Answers whether there was one. */
export async function removeConnection(tx: Transaction, source: string): Promise<boolean> {
  return (await tx.query(REMOVE, [tx.tenantId, source])).length > 0;
}

/** By the name of the source; all of them, or the one named. */
export function listConnections(tx: Transaction, source: string | null): Promise<ConnectionRow[]> {
  return tx.query<ConnectionRow>(LIST, [tx.tenantId, source]);
}

export async function countDeliveries(tx: Transaction, source: string, counts: Counts, lastAt: Instant): Promise<void> {
  const { deliveries, accepted, duplicates, unknown, refused } = counts;
  await tx.query(COUNT, [tx.tenantId, source, lastAt, deliveries, accepted, duplicates, unknown, refused]);
}

function credentialOf({ id, keyId, bytes, fields, since, until }: StoredCredential): CredentialRow {
  return { id, sealed: { keyId, bytes }, fields, since, until };
}
