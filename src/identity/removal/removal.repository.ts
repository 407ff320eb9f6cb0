import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { removeSimilarity } from "../similarity/similarity.repository";
import { dropEmptySharedRulings, listRulingsThatShare } from "../write/shared-value.repository";
import { RecordName } from "../write/sighting";

/*
 * Taking records away, with every fact of theirs, of now and of the past. The caller holds the values and the records, so
 * that nobody adds to them meanwhile.
 */

/** A record as it is named outside, with its profile. */
export interface NamedRecord extends RecordName {
  readonly id: string;
  readonly profileId: string;
}

const PROFILE_RECORDS = statement(
  "identity.profileRecords",
  `select m.record_id as id, m.source, m.key, m.claimed, m.profile_id as "profileId"
   from records r join records m on m.tenant_id = $1 and m.profile_id = r.profile_id
   where r.tenant_id = $1 and r.record_id = $2 order by m.record_id`,
);

const TOMBSTONES = statement(
  "identity.tombstones",
  `select record_id as id, led_to as "ledTo" from record_tombstones
   where tenant_id = $1 and record_id = any($2::uuid[])`,
);

const TOMBSTONES_OF = statement(
  "identity.tombstonesOf",
  "select record_id as id from record_tombstones where tenant_id = $1 and led_to = any($2::uuid[])",
);

const VALUES_EVER = statement(
  "identity.valuesEver",
  `with ever as materialized (
     select l.identifier_id from identifier_links l where l.tenant_id = $1 and l.record_id = any($2::uuid[])
     union
     select p.identifier_id from past_identifier_links p where p.tenant_id = $1 and p.record_id = any($2::uuid[]))
   select e.identifier_id as id from ever e
   union
   select o.identifier_id from ever e
   cross join lateral (
     select s.ruling_id from shared_values s
     where s.tenant_id = $1 and s.identifier_id = e.identifier_id offset 0) s
   cross join lateral (
     select o.identifier_id from shared_values o
     where o.tenant_id = $1 and o.ruling_id = s.ruling_id offset 0) o`,
);

const REMOVE_LINKS = statement(
  "identity.removeLinks",
  "delete from identifier_links where tenant_id = $1 and record_id = any($2::uuid[]) returning 1",
);
const REMOVE_PAST_LINKS = statement(
  "identity.removePastLinks",
  "delete from past_identifier_links where tenant_id = $1 and record_id = any($2::uuid[]) returning 1",
);
const REMOVE_ATTRIBUTES = statement(
  "identity.removeAttributes",
  "delete from attribute_observations where tenant_id = $1 and record_id = any($2::uuid[]) returning 1",
);
const REMOVE_PAST_ATTRIBUTES = statement(
  "identity.removePastAttributes",
  "delete from past_attribute_observations where tenant_id = $1 and record_id = any($2::uuid[]) returning 1",
);
const REMOVE_RECORDS = statement(
  "identity.removeRecords",
  "delete from records where tenant_id = $1 and record_id = any($2::uuid[]) returning 1",
);
const REMOVE_MEMBERSHIPS = statement(
  "identity.removeMemberships",
  "delete from past_memberships where tenant_id = $1 and record_id = any($2::uuid[])",
);
const REMOVE_TOMBSTONES = statement(
  "identity.removeTombstones",
  "delete from record_tombstones where tenant_id = $1 and record_id = any($2::uuid[])",
);

const REMOVE_VALUES = statement(
  "identity.removeValues",
  `delete from identifiers i
   where i.tenant_id = $1 and i.identifier_id = any($2::uuid[])
     and not exists (
       select from identifier_links l where l.tenant_id = $1 and l.identifier_id = i.identifier_id)
     and not exists (
       select from past_identifier_links p where p.tenant_id = $1 and p.identifier_id = i.identifier_id)
   returning i.identifier_id as id`,
);

const REDIRECT = statement(
  "identity.redirectTombstones",
  "update record_tombstones set led_to = $3 where tenant_id = $1 and led_to = $2",
);

const BURY = statement(
  "identity.buryRecord",
  `insert into record_tombstones as t (tenant_id, record_id, led_to, since_position) values ($1, $2, $3, $4)
   returning t.record_id`,
);

const END_MEMBERSHIP = statement(
  "identity.endMembership",
  `insert into past_memberships as p (tenant_id, record_id, profile_id, from_position, to_position)
   select r.tenant_id, r.record_id, r.profile_id, r.since_position, $3 from records r
   where r.tenant_id = $1 and r.record_id = $2
   on conflict do nothing`,
);

const OTHER_CARRIER = statement(
  "identity.otherCarrier",
  `select l.record_id as id from records r
   join records o on o.tenant_id = $1 and o.profile_id = r.profile_id and o.record_id <> r.record_id
   join identifier_links l on l.tenant_id = $1 and l.record_id = o.record_id and l.identifier_id = $3
   where r.tenant_id = $1 and r.record_id = $2
   order by l.record_id limit 1`,
);

const INHERIT_HISTORY = statement(
  "identity.inheritHistory",
  `insert into identity_event_profiles as e (tenant_id, profile_id, position, event_id)
   select i.tenant_id, $3::uuid, i.position, i.event_id from identity_event_profiles i
   where i.tenant_id = $1 and i.profile_id = $2
   on conflict do nothing`,
);

/** All records of the profile to which the id leads, the oldest first; none when it leads nowhere. */
export function listProfileRecords(tx: Transaction, id: string): Promise<NamedRecord[]> {
  return tx.query<NamedRecord>(PROFILE_RECORDS, [tx.tenantId, id]);
}

/** Of removed records among these ids: the record to which each leads. */
export async function findTombstones(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; ledTo: string }>(TOMBSTONES, [tx.tenantId, ids]);
  return new Map(rows.map((row) => [row.id, row.ledTo]));
}

/** The ids, each once; in the place of a removed record's the one to which it leads. */
export async function followHandles(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const ledTo = await findTombstones(tx, ids);
  return [...new Set(ids.map((id) => ledTo.get(id) ?? id))];
}

/** The removed records that lead to one of these. */
export async function listTombstonesOf(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  return (await tx.query<{ id: string }>(TOMBSTONES_OF, [tx.tenantId, ids])).map((row) => row.id);
}

/** The oldest other record of the record's profile that carries the value. */
export async function findOtherCarrier(
  tx: Transaction,
  recordId: string,
  identifierId: string,
): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(OTHER_CARRIER, [tx.tenantId, recordId, identifierId]);
  return row?.id ?? null;
}

/** The ids of all values that the records carry or ever carried, and of what a ruling about one of these named besides. */
export async function listValuesEver(tx: Transaction, recordIds: readonly string[]): Promise<string[]> {
  return (await tx.query<{ id: string }>(VALUES_EVER, [tx.tenantId, recordIds])).map((row) => row.id);
}

/** How many facts there were. */
export interface RemovedFacts {
  readonly identifiers: number;
  readonly attributes: number;
  /** Pairs with other records that were alike, suggested or joined. */
  readonly suggestions: number;
}

/** Removes what is known of the records, and leaves the records. */
export async function removeFacts(tx: Transaction, recordIds: readonly string[]): Promise<RemovedFacts> {
  const values = [tx.tenantId, recordIds];
  const [links, pastLinks, attributes, pastAttributes, suggestions] = await Promise.all([
    tx.query(REMOVE_LINKS, values),
    tx.query(REMOVE_PAST_LINKS, values),
    tx.query(REMOVE_ATTRIBUTES, values),
    tx.query(REMOVE_PAST_ATTRIBUTES, values),
    removeSimilarity(tx, recordIds),
  ]);
  return {
    identifiers: links.length + pastLinks.length,
    attributes: attributes.length + pastAttributes.length,
    suggestions,
  };
}

/** Removes the records, of which nothing is left, and answers with their number. */
export async function removeRecords(tx: Transaction, recordIds: readonly string[]): Promise<number> {
  return (await tx.query(REMOVE_RECORDS, [tx.tenantId, recordIds])).length;
}

/** Removes where the records were, and the ids that led to them. */
export async function removeTraces(
  tx: Transaction,
  recordIds: readonly string[],
  tombstoneIds: readonly string[],
): Promise<void> {
  const all = [...recordIds, ...tombstoneIds];
  await Promise.all([
    tx.query(REMOVE_MEMBERSHIPS, [tx.tenantId, all]),
    tx.query(REMOVE_TOMBSTONES, [tx.tenantId, tombstoneIds]),
  ]);
}

/** Removes those of the values that nobody carries and nobody ever carried, with what was ruled about them; answers with their ids. */
export async function removeUnusedValues(tx: Transaction, identifierIds: readonly string[]): Promise<string[]> {
  const [rulingIds, removed] = await Promise.all([
    listRulingsThatShare(tx, identifierIds),
    tx.query<{ id: string }>(REMOVE_VALUES, [tx.tenantId, identifierIds]),
  ]);
  await dropEmptySharedRulings(tx, rulingIds);
  return removed.map((row) => row.id);
}

/**
 * From the position on, the id of the record leads to the other one, which also shows the history that is filed under it.
 * To be sent while the record is still there.
 */
export async function buryRecord(tx: Transaction, recordId: string, ledTo: string, position: number): Promise<void> {
  await Promise.all([
    tx.query(END_MEMBERSHIP, [tx.tenantId, recordId, position]),
    tx.query(REDIRECT, [tx.tenantId, recordId, ledTo]),
    tx.query(BURY, [tx.tenantId, recordId, ledTo, position]),
    tx.query(INHERIT_HISTORY, [tx.tenantId, recordId, ledTo]),
  ]);
}
