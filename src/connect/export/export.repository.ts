import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES } from "../../identity/identifier-kind";

/*
 * Pages of what there is, by primary keys alone: each costs its length, however much lies before it. What is JSON already
 * is handed on as the text that it is.
 */

const PROFILE_IDS = statement(
  "connect.exportProfileIds",
  `select r.record_id as id from records r
   where r.tenant_id = $1 and r.record_id > $2 and r.profile_id = r.record_id order by r.record_id limit $3`,
);

const RECORDS = statement(
  "connect.exportRecords",
  `select r.record_id as id, r.profile_id as "profileId", r.source, r.key, r.claimed,
     r.created_at as "createdAt",
     (select json_agg(json_build_object('name', o.name, 'value', o.value, 'trusted', o.trusted,
          'observedAt', to_char(o.observed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by o.name, o.trusted)::text
      from attribute_observations o where o.tenant_id = $1 and o.record_id = r.record_id) as attributes
   from records r where r.tenant_id = $1 and r.record_id > $2 order by r.record_id limit $3`,
);

const IDENTIFIERS = statement(
  "connect.exportIdentifiers",
  `select l.record_id as "recordId", l.identifier_id as "identifierId", i.kind, nullif(i.namespace, '') as namespace, i.value,
     l.raw, l.assurance, i.status, l.first_seen_at as "firstSeenAt", l.last_seen_at as "lastSeenAt"
   from (
     select x.* from identifier_links x where x.tenant_id = $1 and (x.record_id, x.identifier_id) > ($2::uuid, $3::uuid)
     order by x.record_id, x.identifier_id limit $4) l
   cross join lateral (
     select n.kind, n.namespace, n.value, n.status from identifiers n
     where n.tenant_id = $1 and n.identifier_id = l.identifier_id limit 1) i
   order by l.record_id, l.identifier_id`,
);

const INTERACTIONS = statement(
  "connect.exportInteractions",
  `select i.interaction_id as id, i.record_id as "recordId", i.source, i.message_id as "messageId", i.channel, i.kind,
     i.direction, i.visibility, i.occurred_at as "occurredAt", i.received_at as "receivedAt",
     i.conversation_key as "conversationKey", i.actor, i.text, i.data::text as data
   from interactions i where i.tenant_id = $1 and i.interaction_id > $2 order by i.interaction_id limit $3`,
);

export interface ExportedRecord {
  readonly id: string;
  readonly profileId: string;
  readonly source: string;
  readonly key: string;
  readonly claimed: boolean;
  readonly createdAt: Instant;
  /** JSON. */
  readonly attributes: string | null;
}

export interface ExportedIdentifier {
  readonly recordId: string;
  readonly identifierId: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly value: string;
  readonly raw: string;
  readonly assurance: string;
  readonly status: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

export interface ExportedInteraction {
  readonly id: string;
  readonly recordId: string;
  readonly source: string;
  readonly messageId: string;
  readonly channel: string;
  readonly kind: string;
  readonly direction: string;
  readonly visibility: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly conversationKey: string | null;
  readonly actor: string | null;
  readonly text: string | null;
  /** JSON. */
  readonly data: string | null;
}

/** The ids of profiles behind an id: those of records that name a profile. */
export async function listProfileIds(tx: Transaction, after: string, limit: number): Promise<string[]> {
  return (await tx.query<{ id: string }>(PROFILE_IDS, [tx.tenantId, after, limit])).map(({ id }) => id);
}

export function listRecords(tx: Transaction, after: string, limit: number): Promise<ExportedRecord[]> {
  return tx.query<ExportedRecord>(RECORDS, [tx.tenantId, after, limit]);
}

export async function listIdentifierLinks(
  tx: Transaction,
  [recordId, identifierId]: readonly [string, string],
  limit: number,
): Promise<ExportedIdentifier[]> {
  const values = [tx.tenantId, recordId, identifierId, limit];
  const rows = await tx.query<Omit<ExportedIdentifier, "assurance"> & { assurance: number }>(IDENTIFIERS, values);
  return rows.map((row) => ({ ...row, assurance: ASSURANCES[row.assurance]! }));
}

export function listInteractions(tx: Transaction, after: string, limit: number): Promise<ExportedInteraction[]> {
  return tx.query<ExportedInteraction>(INTERACTIONS, [tx.tenantId, after, limit]);
}
