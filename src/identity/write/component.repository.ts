import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES, IdentifierKind } from "../identifier-kind";
import { IdentifierValue, Link, Ruling, ValueStatus } from "../resolve/facts";
import { entryOf } from "../resolve/resolve-entry";
import { Likeness } from "../similarity/likeness";
import { PersonProfile } from "../similarity/person-profile";
import { pairKey, SimilarPair } from "../similarity/similar-pair";

/** A stored record as resolution needs it. */
export interface StoredRecord {
  readonly id: string;
  readonly source: string;
  readonly profileId: string;
  readonly sincePosition: number;
}

/** Every fact that can have a say in the profiles of some records. */
export interface Component {
  readonly records: Map<string, StoredRecord>;
  readonly links: Link[];
  readonly identifiers: Map<string, IdentifierValue>;
  /** Record id to the trusted attributes that are identity facts, as JSON values. */
  readonly persons: Map<string, Record<string, unknown>>;
  readonly rulings: Map<string, Ruling>;
  /** What the persons say, by record, and the pairs that are alike, by `pairKey`; null where that has no say. */
  readonly similarity: {
    readonly profiles: Map<string, PersonProfile>;
    readonly pairs: Map<string, SimilarPair>;
  } | null;
}

/** The profiles of records; see `readProfileIds`. */
const PROFILE_IDS = statement(
  "identity.profileIds",
  `select record_id as id, profile_id as "profileId" from records where tenant_id = $1 and record_id = any($2::uuid[])`,
);

/*
 * The closure in one statement: each record, value and profile is a row that is expanded once, whatever leads to it. A value
 * that only claims share is another row ("trusted") than one of which all carriers count. By "offset 0" a record's links are
 * found first, whatever the planner thinks of how many rows there will be.
 */
const REACHED = `
  with recursive reached(kind, id) as (
    select 'record', id from unnest($2::uuid[]) id
    union
    select 'value', id from unnest($3::uuid[]) id
    union
    select 'trusted', id from unnest($4::uuid[]) id
    union
    select n.kind, n.id from reached x cross join lateral (
      select case i.status when 'LIVE' then 'value' else 'trusted' end, l.identifier_id
      from (
        select k.identifier_id, k.assurance from identifier_links k
        where x.kind = 'record' and k.tenant_id = $1 and k.record_id = x.id offset 0) l
      join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
      where i.status = 'LIVE' or (i.status = 'CLAIMS_SHARED' and l.assurance > 0)
      union all
      select 'profile', r.profile_id from records r where x.kind = 'record' and r.tenant_id = $1 and r.record_id = x.id
      union all
      select 'record', o.record_id
      from ruling_records m
      join rulings g on g.tenant_id = $1 and g.ruling_id = m.ruling_id and g.kind = 'SAME' and g.revoked_at is null
      join ruling_records o on o.tenant_id = $1 and o.ruling_id = m.ruling_id
      where x.kind = 'record' and m.tenant_id = $1 and m.record_id = x.id
      union all
      select 'record', c.record_id from identifier_links c
      where x.kind = 'value' and c.tenant_id = $1 and c.identifier_id = x.id
      union all
      select 'record', c.record_id from identifier_links c
      where x.kind = 'trusted' and c.tenant_id = $1 and c.identifier_id = x.id and c.assurance > 0
      union all
      select 'record', m.record_id from records m
      where x.kind = 'profile' and m.tenant_id = $1 and m.profile_id = x.id
    ) n(kind, id)
  )`;

const COMPONENT = statement(
  "identity.component",
  `${REACHED}
   select r.record_id as id, r.source, r.profile_id as "profileId", r.since_position as "sincePosition",
     (select json_agg(json_build_array(l.assurance, i.identifier_id, i.kind, i.namespace, i.value, i.status))
      from identifier_links l join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
      where l.tenant_id = $1 and l.record_id = r.record_id) as links,
     (select json_object_agg(a.name, a.value) from attribute_observations a
      where a.tenant_id = $1 and a.record_id = r.record_id and a.trusted
        and a.name in ('givenName', 'familyName', 'dateOfBirth')) as person,
     (select true from ruling_records m where m.tenant_id = $1 and m.record_id = r.record_id limit 1) as ruled
   from records r
   where r.tenant_id = $1 and r.record_id = any(array(select id from reached where kind = 'record'))`,
);

const LOCK = statement(
  "identity.lockComponent",
  `select record_id from records
   where tenant_id = $1 and record_id = any($5::uuid[] || array(${REACHED} select id from reached where kind = 'record'))
   order by record_id for no key update`,
);

const RULINGS = statement(
  "identity.componentRulings",
  `select g.ruling_id as id, g.kind, g.position, m.record_id as "recordId", m.side
   from rulings g join ruling_records m on m.tenant_id = $1 and m.ruling_id = g.ruling_id
   where g.tenant_id = $1 and g.revoked_at is null and g.ruling_id in (
     select n.ruling_id from ruling_records n where n.tenant_id = $1 and n.record_id = any($2::uuid[]))
   order by g.position, g.ruling_id, m.side, m.record_id`,
);

/** Where a component begins: records, values of which all carriers count, and values of which the trusted ones do. */
export interface ComponentSeeds {
  readonly recordIds: readonly string[];
  readonly all: readonly string[];
  readonly trusted: readonly string[];
}

/**
 * Loads the closure of the seeds over everything that may join: values that are LIVE (and claim-shared ones between
 * trusted carriers), the present members of the profiles, SAME rulings, and pairs alike enough to join. Each value, profile
 * and record is expanded once, so the cost is the size of the component, however it hangs together.
 *
 * @param likeness how alike records are; null where that has no say
 */
export async function loadComponent(
  tx: Transaction,
  seeds: ComponentSeeds,
  likeness: Likeness | null,
): Promise<Component> {
  const component: Component = {
    records: new Map(),
    links: [],
    identifiers: new Map(),
    persons: new Map(),
    rulings: new Map(),
    similarity: likeness && { profiles: new Map(), pairs: new Map() },
  };
  // A seed that is not stored yet may be alike to others, too.
  const compared = new Set<string>();
  for (let next = seeds; ; ) {
    const loaded = await loadReached(tx, component, next);
    if (!likeness) return component;
    const added = [...loaded, ...next.recordIds].filter((id) => !compared.has(id));
    for (const id of added) compared.add(id);
    const alike = await addAlike(component, [...new Set(added)], likeness);
    next = { recordIds: alike.filter((id) => !compared.has(id)), all: [], trusted: [] };
    if (next.recordIds.length === 0) return component;
  }
}

/**
 * Holds the closure of the seeds as it is now, without pairs that are alike, and some records besides: for the first lock of
 * a transaction. What was committed while it waited may have made the closure greater.
 */
export async function lockComponent(
  tx: Transaction,
  seeds: ComponentSeeds,
  alsoIds: readonly string[],
): Promise<Set<string>> {
  if (isEmpty(seeds) && alsoIds.length === 0) return new Set();
  const rows = await tx.query<{ record_id: string }>(LOCK, [...seedValues(tx, seeds), alsoIds]);
  return new Set(rows.map((row) => row.record_id));
}

/** By record, the profile that it is in; those that are not there are absent. */
export async function readProfileIds(tx: Transaction, recordIds: readonly string[]): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<StoredRecord>(PROFILE_IDS, [tx.tenantId, recordIds]);
  return new Map(rows.map(({ id, profileId }) => [id, profileId]));
}

function isEmpty({ recordIds, all, trusted }: ComponentSeeds): boolean {
  return recordIds.length + all.length + trusted.length === 0;
}

function seedValues(tx: Transaction, { recordIds, all, trusted }: ComponentSeeds): unknown[] {
  return [tx.tenantId, recordIds, all, trusted];
}

interface ComponentRow extends StoredRecord {
  readonly links: [number, string, IdentifierKind, string, string, ValueStatus][] | null;
  readonly person: Record<string, unknown> | null;
  /** Whether any ruling names it, revoked ones among them. */
  readonly ruled: true | null;
}

/** Adds the closure of the seeds and answers with the records in it that were not there before. */
async function loadReached(tx: Transaction, component: Component, seeds: ComponentSeeds): Promise<string[]> {
  if (isEmpty(seeds)) return [];
  const rows = await tx.query<ComponentRow>(COMPONENT, seedValues(tx, seeds));
  const added = rows.filter(({ id }) => !component.records.has(id));
  for (const { links, person, ruled, ...record } of added) {
    component.records.set(record.id, record);
    if (person) component.persons.set(record.id, person);
    for (const [assurance, id, kind, namespace, value, status] of links ?? []) {
      component.links.push({ recordId: record.id, identifierId: id, assurance: ASSURANCES[assurance]! });
      if (!component.identifiers.has(id)) component.identifiers.set(id, { id, kind, namespace, value, status });
    }
  }
  const ruled = added.filter((row) => row.ruled).map(({ id }) => id);
  if (ruled.length > 0) addRulings(component, await tx.query<RulingRow>(RULINGS, [tx.tenantId, ruled]));
  return added.map(({ id }) => id);
}

/** Answers with the records that may join those just loaded because they are alike. */
async function addAlike(component: Component, recordIds: string[], likeness: Likeness): Promise<string[]> {
  if (recordIds.length === 0) return [];
  const [pairs, profiles] = await Promise.all([likeness.pairsOf(recordIds), likeness.profilesOf(recordIds)]);
  for (const [id, profile] of profiles) component.similarity!.profiles.set(id, profile);
  for (const pair of pairs) component.similarity!.pairs.set(pairKey(pair.recordA, pair.recordB), pair);
  return pairs.flatMap(({ recordA, recordB }) => [recordA, recordB]);
}

interface RulingRow {
  id: string;
  kind: "SAME" | "DIFFERENT";
  position: number;
  recordId: string;
  side: number;
}

function addRulings(component: Component, rows: readonly RulingRow[]): void {
  const sides = new Map<string, string[][]>();
  for (const { id, kind, position, recordId, side } of rows) {
    const known = entryOf(sides, id, (): string[][] => []);
    known[side] = [...(known[side] ?? []), recordId];
    component.rulings.set(id, { id, kind, position, sides: known });
  }
}
