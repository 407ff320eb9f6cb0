import { instantFromJson } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES } from "../identifier-kind";
import { MOMENT, Moment } from "./moment.repository";
import { AttributeState, attributeKey, LinkState, RecordState } from "./record-state";
import { RecordName, recordHandle } from "./sighting";

/*
 * Records, links and attributes in one statement: three would go through the names, and through the same pages, three
 * times, which is most of what a batch of known customers costs.
 */
const STATES = `
  select r.record_id, r.source, r.key, r.claimed, r.profile_id,
     (select nullif(h.contested, '{}') from records h
      where h.tenant_id = $1 and h.record_id = r.profile_id) as contested,
     (select json_agg(json_build_array(l.identifier_id, l.assurance, l.first_seen_at, l.last_seen_at))
      from identifier_links l where l.tenant_id = $1 and l.record_id = r.record_id) as links,
     (select json_agg(json_build_array(a.name, a.trusted, a.value::text, a.observed_at))
      from attribute_observations a where a.tenant_id = $1 and a.record_id = r.record_id) as attributes
   from unnest($2::text[], $3::text[], $4::boolean[]) n(source, key, claimed)
   join records r on r.tenant_id = $1 and r.source = n.source and r.key = n.key and r.claimed = n.claimed`;

const FIND = statement("identity.findRecords", STATES);

const FIND_AGAIN = statement(
  "identity.findRecordsAgain",
  `select ${MOMENT} as moment, (select json_agg(s) from (${STATES}) s) as states`,
);

const LIST_KEYS = statement(
  "identity.listRecordKeys",
  `select record_id as "recordId", key from records
   where tenant_id = $1 and source = $2 and key > $3 and not claimed order by key limit $4`,
);

const LOCK = statement(
  "identity.lockRecords",
  `select record_id from records where tenant_id = $1 and record_id = any($2::uuid[])
   order by record_id for no key update`,
);

const LOCK_MORE = statement(
  "identity.lockMoreRecords",
  `select record_id from records where tenant_id = $1 and record_id = any($2::uuid[])
   order by record_id for no key update nowait`,
);

/** The named records that exist, with their links and attributes, by `recordHandle`. */
export async function readRecordStates(
  tx: Transaction,
  names: readonly RecordName[],
): Promise<Map<string, RecordState>> {
  if (names.length === 0) return new Map();
  const rows = await tx.query<StateRow>(FIND, nameValues(tx, names));
  return new Map(rows.map((row) => [recordHandle(row), stateOf(row)]));
}

/** The same, and as of when. */
export async function readRecordStatesAgain(
  tx: Transaction,
  names: readonly RecordName[],
): Promise<{ readonly states: Map<string, RecordState>; readonly moment: Moment }> {
  const [row] = await tx.query<{ moment: Moment | null; states: StateRow[] | null }>(FIND_AGAIN, nameValues(tx, names));
  if (!row?.moment) throw new Error("the tenant has no feed");
  return {
    moment: row.moment,
    states: new Map((row.states ?? []).map((state) => [recordHandle(state), stateOf(state)])),
  };
}

function nameValues(tx: Transaction, names: readonly RecordName[]): unknown[] {
  return [
    tx.tenantId,
    names.map((name) => name.source),
    names.map((name) => name.key),
    names.map((name) => name.claimed),
  ];
}

/** A record of a source, by the key it has there. */
export interface KeyedRecord {
  readonly recordId: string;
  readonly key: string;
}

/** The records that the company sent of a source, behind that key, in the order of their keys. */
export function listRecordKeys(tx: Transaction, source: string, after: string, limit: number): Promise<KeyedRecord[]> {
  return tx.query<KeyedRecord>(LIST_KEYS, [tx.tenantId, source, after, limit]);
}

/**
 * Holds the records against every other writer until the transaction ends. The first time they are waited for in the
 * order of their ids, so that two writers never wait in a circle. Whoever holds some already must not wait for more:
 * when another has them, the transaction starts over (55P03) instead of ending in a deadlock that takes a second to find.
 */
export async function lockRecords(tx: Transaction, recordIds: readonly string[], holdsSome: boolean): Promise<void> {
  await tx.query(holdsSome ? LOCK_MORE : LOCK, [tx.tenantId, recordIds]);
}

interface StateRow {
  readonly record_id: string;
  readonly source: string;
  readonly key: string;
  readonly claimed: boolean;
  readonly profile_id: string;
  readonly contested: string[] | null;
  readonly links: [string, number, string, string][] | null;
  readonly attributes: [string, boolean, string, string][] | null;
}

function stateOf(row: StateRow): RecordState {
  const links = new Map<string, LinkState>();
  for (const [identifierId, assurance, firstSeenAt, lastSeenAt] of row.links ?? []) {
    links.set(identifierId, {
      assurance: ASSURANCES[assurance]!,
      firstSeenAt: instantFromJson(firstSeenAt),
      lastSeenAt: instantFromJson(lastSeenAt),
    });
  }
  const attributes = new Map<string, AttributeState>();
  for (const [name, trusted, value, observedAt] of row.attributes ?? []) {
    const contested = row.contested?.includes(name) ?? false;
    attributes.set(attributeKey(name, trusted), { value, observedAt: instantFromJson(observedAt), contested });
  }
  const { record_id: recordId, source, key, claimed, profile_id: profileId } = row;
  return { recordId, source, key, claimed, profileId, links, attributes };
}
