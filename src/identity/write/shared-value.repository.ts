import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { IdentifierKind } from "../identifier-kind";

/*
 * The values that rulings of the kind SHARED name. A row without an end is in force, and then the value's own row says so
 * too. Whoever changes either holds the value.
 */

/** A value as a ruling names it. */
export interface RuledIdentifier {
  readonly kind: IdentifierKind;
  /** Empty for kinds that have none. */
  readonly namespace: string;
  readonly value: string;
}

export interface SharedValue extends RuledIdentifier {
  readonly rulingId: string;
  readonly identifierId: string;
}

const INSERT = statement(
  "identity.insertSharedValue",
  `insert into shared_values as s (tenant_id, ruling_id, identifier_id, from_position) values ($1, $2, $3, $4)
   on conflict (tenant_id, ruling_id, identifier_id, from_position) do update set to_position = null
   returning s.ruling_id`,
);

const END = statement(
  "identity.endSharedValue",
  `update shared_values set to_position = $3
   where tenant_id = $1 and ruling_id = $2 and to_position is null`,
);

const MARK = statement(
  "identity.markRuledShared",
  `update identifiers i set ruled_shared = exists (
     select from shared_values s
     where s.tenant_id = $1 and s.identifier_id = i.identifier_id and s.to_position is null)
   where i.tenant_id = $1 and i.identifier_id = any($2::uuid[])`,
);

const IN_FORCE = statement(
  "identity.sharedValuesInForce",
  `select s.ruling_id as "rulingId", s.identifier_id as "identifierId", i.kind, i.namespace, i.value
   from shared_values s
   cross join lateral (
     select v.kind, v.namespace, v.value from identifiers v
     where v.tenant_id = $1 and v.identifier_id = s.identifier_id limit 1) i
   where s.tenant_id = $1 and s.to_position is null
   order by s.ruling_id`,
);

const OF_RULINGS = statement(
  "identity.sharedValuesOfRulings",
  `select s.ruling_id as "rulingId", s.identifier_id as "identifierId", i.kind, i.namespace, i.value
   from unnest($2::uuid[]) u(ruling_id)
   cross join lateral (
     select v.ruling_id, v.identifier_id from shared_values v
     where v.tenant_id = $1 and v.ruling_id = u.ruling_id
     order by v.to_position desc nulls first, v.from_position desc limit 1) s
   cross join lateral (
     select v.kind, v.namespace, v.value from identifiers v
     where v.tenant_id = $1 and v.identifier_id = s.identifier_id limit 1) i`,
);

const CARRIERS = statement(
  "identity.carriersOfValue",
  `select r.record_id as "recordId", r.profile_id as "profileId"
   from (
     select l.record_id from identifier_links l
     where l.tenant_id = $1 and l.identifier_id = $2 order by l.record_id limit $3) c
   cross join lateral (
     select r.record_id, r.profile_id from records r
     where r.tenant_id = $1 and r.record_id = c.record_id limit 1) r
   order by r.record_id`,
);

const NAMED_BY = statement(
  "identity.rulingsThatShare",
  `select distinct s.ruling_id as id from shared_values s
   where s.tenant_id = $1 and s.identifier_id = any($2::uuid[])`,
);

const DROP_EMPTY = statement(
  "identity.dropEmptySharedRulings",
  `delete from rulings g
   where g.tenant_id = $1 and g.ruling_id = any($2::uuid[]) and not exists (
     select from shared_values s where s.tenant_id = $1 and s.ruling_id = g.ruling_id)`,
);

const SILENCE = statement(
  "identity.silenceSharedRulings",
  "update rulings set reason = null where tenant_id = $1 and ruling_id = any($2::uuid[])",
);

/** From the position on the ruling names the value. The caller holds it. */
export async function beginSharedValue(
  tx: Transaction,
  rulingId: string,
  identifierId: string,
  position: number,
): Promise<void> {
  await Promise.all([
    tx.query(INSERT, [tx.tenantId, rulingId, identifierId, position]),
    tx.query(MARK, [tx.tenantId, [identifierId]]),
  ]);
}

/** From the position on the ruling names the value no longer. The caller holds it. */
export async function endSharedValue(
  tx: Transaction,
  rulingId: string,
  identifierId: string,
  position: number,
): Promise<void> {
  await Promise.all([tx.query(END, [tx.tenantId, rulingId, position]), tx.query(MARK, [tx.tenantId, [identifierId]])]);
}

/** All that are in force, in the order of their rulings. */
export function listSharedValues(tx: Transaction): Promise<SharedValue[]> {
  return tx.query<SharedValue>(IN_FORCE, [tx.tenantId]);
}

/** By ruling the value that it names, or named last. */
export async function readSharedValues(
  tx: Transaction,
  rulingIds: readonly string[],
): Promise<Map<string, SharedValue>> {
  if (rulingIds.length === 0) return new Map();
  const rows = await tx.query<SharedValue>(OF_RULINGS, [tx.tenantId, rulingIds]);
  return new Map(rows.map((row) => [row.rulingId, row]));
}

/** The oldest records that carry a value, with their profiles. */
export function listCarriers(
  tx: Transaction,
  identifierId: string,
  limit: number,
): Promise<{ recordId: string; profileId: string }[]> {
  return tx.query(CARRIERS, [tx.tenantId, identifierId, limit]);
}

/** The rulings that name, or named, one of these values. */
export async function listRulingsThatShare(tx: Transaction, identifierIds: readonly string[]): Promise<string[]> {
  if (identifierIds.length === 0) return [];
  return (await tx.query<{ id: string }>(NAMED_BY, [tx.tenantId, identifierIds])).map((row) => row.id);
}

/** Removes those of the rulings whose value is gone: what nobody ever carried is nothing to decide about. */
export async function dropEmptySharedRulings(tx: Transaction, rulingIds: readonly string[]): Promise<void> {
  if (rulingIds.length > 0) await tx.query(DROP_EMPTY, [tx.tenantId, rulingIds]);
}

/** Takes the reasons away: nobody can tell of whom a text speaks. */
export async function silenceSharedRulings(tx: Transaction, rulingIds: readonly string[]): Promise<void> {
  if (rulingIds.length > 0) await tx.query(SILENCE, [tx.tenantId, rulingIds]);
}
