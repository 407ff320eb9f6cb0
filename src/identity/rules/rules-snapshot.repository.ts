import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { IdentifierKind } from "../identifier-kind";

const RECORDS = statement(
  "identity.snapshotRecords",
  `select record_id as id, source, profile_id as "profileId" from records
   where tenant_id = $1 and record_id > $2::uuid order by record_id limit $3`,
);

const LINKS = statement(
  "identity.snapshotLinks",
  `select l.record_id as "recordId", l.identifier_id as "identifierId", l.raw, l.assurance, i.kind, i.namespace,
     i.status <> 'UNUSABLE' as usable
   from identifier_links l join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.record_id > $2::uuid and l.record_id <= $3::uuid
   order by l.record_id`,
);

const SPELLINGS = statement(
  "identity.snapshotSpellings",
  `select record_id as "recordId", identifier_id as "identifierId", raw, assurance from identifier_spellings
   where tenant_id = $1 and record_id > $2::uuid and record_id <= $3::uuid`,
);

const RULINGS = statement(
  "identity.snapshotRulings",
  `select g.ruling_id as id, g.kind, g.position, m.record_id as "recordId", m.side
   from rulings g join ruling_records m on m.tenant_id = $1 and m.ruling_id = g.ruling_id
   where g.tenant_id = $1 and g.revoked_at is null order by g.ruling_id, m.side, m.record_id`,
);

const PERSONS = statement(
  "identity.snapshotPersons",
  `select record_id as "recordId", name, value from attribute_observations
   where tenant_id = $1 and record_id = any($2::uuid[]) and trusted
     and name in ('givenName', 'familyName', 'dateOfBirth')`,
);

export interface SnapshotRecord {
  readonly id: string;
  readonly source: string;
  readonly profileId: string;
}

export interface SnapshotLink {
  readonly recordId: string;
  readonly identifierId: string;
  readonly raw: string;
  /** Its place in ASSURANCES. */
  readonly assurance: number;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  /** By the rules it was normalized by. */
  readonly usable: boolean;
}

export interface SnapshotSpelling {
  readonly recordId: string;
  readonly identifierId: string;
  readonly raw: string;
  readonly assurance: number;
}

export interface SnapshotRulingRecord {
  readonly id: string;
  readonly kind: "SAME" | "DIFFERENT";
  readonly position: number;
  readonly recordId: string;
  readonly side: number;
}

/** Records by their ids, behind one. */
export function listSnapshotRecords(tx: Transaction, after: string, limit: number): Promise<SnapshotRecord[]> {
  return tx.query<SnapshotRecord>(RECORDS, [tx.tenantId, after, limit]);
}

/** Links of the records behind one up to another, record by record. */
export function listSnapshotLinks(tx: Transaction, after: string, last: string): Promise<SnapshotLink[]> {
  return tx.query<SnapshotLink>(LINKS, [tx.tenantId, after, last]);
}

export function listSnapshotSpellings(tx: Transaction, after: string, last: string): Promise<SnapshotSpelling[]> {
  return tx.query<SnapshotSpelling>(SPELLINGS, [tx.tenantId, after, last]);
}

/** All that are in force. */
export function listSnapshotRulings(tx: Transaction): Promise<SnapshotRulingRecord[]> {
  return tx.query<SnapshotRulingRecord>(RULINGS, [tx.tenantId]);
}

/** What trusted senders said of these persons, by record. */
export async function readSnapshotPersons(
  tx: Transaction,
  recordIds: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  const persons = new Map<string, Record<string, unknown>>();
  if (recordIds.length === 0) return persons;
  const rows = await tx.query<{ recordId: string; name: string; value: unknown }>(PERSONS, [tx.tenantId, recordIds]);
  for (const { recordId, name, value } of rows) persons.set(recordId, { ...persons.get(recordId), [name]: value });
  return persons;
}
