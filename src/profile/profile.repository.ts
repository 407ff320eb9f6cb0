import { Instant, instantFromJson } from "../db/column-types";
import { Statement, statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { ASSURANCES, IdentifierKind } from "../identity/identifier-kind";
import { ValueStatus } from "../identity/resolve/facts";
import { KnownProfile, KnownRecord } from "./known-profile";

/** What is read of a record, `m`. */
const RECORD_COLUMNS = `m.record_id as "recordId", m.source, m.key, m.claimed, m.created_at as "createdAt",
     (select json_agg(json_build_array(a.channel, a.interactions, a.first_at, a.last_at))
      from record_activity a where a.tenant_id = $1 and a.record_id = m.record_id) as activity,
     (select json_agg(json_build_array(i.kind, i.namespace, i.value, i.status, l.assurance, l.first_seen_at, l.last_seen_at))
      from identifier_links l
      join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
      where l.tenant_id = $1 and l.record_id = m.record_id) as identifiers,
     (select json_agg(json_build_array(o.name, o.trusted, o.value, o.observed_at))
      from attribute_observations o where o.tenant_id = $1 and o.record_id = m.record_id) as observations`;

/*
 * One statement for all that profiles show but their timelines, whatever of it is asked for: what stands here per record
 * is little, and one statement costs less than the trip that a second one would make. The feed's counter is read in the
 * same statement, and so in the same snapshot: whoever resumes from it misses nothing that is not in here. (`limit 1` and
 * `offset 0` tell the planner to go profile by profile, and never by reading all of the tenant's records.)
 */
function profilesOf(name: string, handles: string): Statement {
  return statement(
    name,
    `select h.place::integer as place, own.profile_id as id, f.position, f.tag,
     ${RECORD_COLUMNS}
   from ${handles}
   cross join lateral (
     select r.profile_id from records r where r.tenant_id = $1 and r.record_id = h.record_id limit 1) own
   cross join lateral (
     select r.record_id, r.source, r.key, r.claimed, r.created_at from records r
     where r.tenant_id = $1 and r.profile_id = own.profile_id offset 0) m
   join feeds f on f.tenant_id = $1`,
  );
}

const PROFILES = profilesOf("profile.profiles", "unnest($2::uuid[]) with ordinality h(record_id, place)");

/**
 * The statement that is sent most has a text of its own: of a list PostgreSQL never knows how long it is, finds a plan for
 * any length too dear, and plans anew each time, which takes longer than the reading.
 */
const PROFILE = profilesOf("profile.profile", "(select $2::uuid as record_id, 1 as place) h");

const RECORDS = statement(
  "profile.records",
  `select ${RECORD_COLUMNS}
   from unnest($2::uuid[]) h(record_id)
   cross join lateral (
     select r.record_id, r.source, r.key, r.claimed, r.created_at from records r
     where r.tenant_id = $1 and r.record_id = h.record_id limit 1) m`,
);

const HOLDER = statement(
  "profile.holder",
  `select l.record_id as id from identifier_links l
   join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.identifier_id = $2 and i.status <> 'UNUSABLE'
   order by l.assurance desc, l.record_id limit 1`,
);

/** A record as the statements here answer with it. */
export interface RecordRow {
  readonly place: number;
  readonly id: string;
  readonly position: number;
  readonly tag: number;
  readonly recordId: string;
  readonly source: string;
  readonly key: string;
  readonly claimed: boolean;
  readonly createdAt: Instant;
  readonly activity: [string, number, string, string][] | null;
  readonly identifiers: [IdentifierKind, string, string, ValueStatus, number, string, string][] | null;
  readonly observations: [string, boolean, unknown, string][] | null;
}

/** The profiles to which the handles (any record id) lead, in the order of the handles; null where one leads nowhere. */
export async function findProfiles(tx: Transaction, handles: readonly string[]): Promise<(KnownProfile | null)[]> {
  const rows = await (handles.length === 1
    ? tx.query<RecordRow>(PROFILE, [tx.tenantId, handles[0]])
    : tx.query<RecordRow>(PROFILES, [tx.tenantId, handles]));
  const byPlace: RecordRow[][] = handles.map(() => []);
  for (const row of rows) byPlace[row.place - 1]!.push(row);
  return byPlace.map(toProfile);
}

/** The record that answers for an identifier: of several the one with the highest assurance, then the oldest. */
export async function findHolder(tx: Transaction, identifierId: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(HOLDER, [tx.tenantId, identifierId]);
  return row?.id ?? null;
}

/** Records by themselves, by id, without the rest of their profiles; those that are gone are left out. */
export async function findRecords(tx: Transaction, ids: readonly string[]): Promise<Map<string, KnownRecord>> {
  const rows = await tx.query<RecordRow>(RECORDS, [tx.tenantId, ids]);
  return new Map(rows.map((row) => [row.recordId, toRecord(row)]));
}

function toProfile(rows: RecordRow[]): KnownProfile | null {
  const [first] = rows;
  if (first === undefined) return null;
  const records = rows.map(toRecord).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { id: first.id, point: { position: first.position, tag: first.tag }, records };
}

export function toRecord(row: Omit<RecordRow, "place" | "id" | "position" | "tag">): KnownRecord {
  return {
    id: row.recordId,
    source: row.source,
    key: row.key,
    claimed: row.claimed,
    createdAt: row.createdAt,
    activity: (row.activity ?? []).map(([channel, interactions, firstAt, lastAt]) => ({
      channel,
      interactions,
      firstAt: instantFromJson(firstAt),
      lastAt: instantFromJson(lastAt),
    })),
    identifiers: (row.identifiers ?? []).map(
      ([kind, namespace, value, status, assurance, firstSeenAt, lastSeenAt]) => ({
        kind,
        namespace,
        value,
        status,
        assurance: ASSURANCES[assurance]!,
        firstSeenAt: instantFromJson(firstSeenAt),
        lastSeenAt: instantFromJson(lastSeenAt),
      }),
    ),
    observations: (row.observations ?? []).map(([name, trusted, value, observedAt]) => ({
      name,
      trusted,
      value,
      observedAt: instantFromJson(observedAt),
    })),
  };
}
