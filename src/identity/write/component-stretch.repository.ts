import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { IdentifierKind } from "../identifier-kind";
import { Ruling, ValueStatus } from "../resolve/facts";
import { MOMENT, Moment } from "./moment.repository";

/** Where a component begins: records, values of which all carriers count, and values of which the trusted ones do. */
export interface ComponentSeeds {
  readonly recordIds: readonly string[];
  readonly all: readonly string[];
  readonly trusted: readonly string[];
}

/** Rows of a table, told column by column, which PostgreSQL does quicker than row by row; null: there are none. */
type Columns<Row extends readonly unknown[]> = { readonly [Column in keyof Row]: readonly Row[Column][] | null };

/** Everybody in the profiles that the seeds lead to. */
export interface Stretch {
  /** Record id, source, profile id, and the position since which it is in that. */
  readonly records: Columns<[string, string, string, number]>;
  /** Record id, assurance by its number, and the identifier: its id, kind, namespace, value and status. */
  readonly links: Columns<[string, number, string, IdentifierKind, string, string, ValueStatus]>;
  /** Record id, and a trusted attribute that is an identity fact: its name and value. */
  readonly persons: Columns<[string, string, unknown]>;
  /** Rulings in force that name any of the records: id, kind, position, and each record of theirs with its side. */
  readonly rulings: readonly [string, Ruling["kind"], number, string, number][] | null;
  /** Records of other profiles that hang together with these by a value or by a ruling. */
  readonly beyond: readonly string[] | null;
}

export interface HeldStretch extends Stretch {
  /** As of when it is told, which is before it was waited for. */
  readonly moment: Moment;
}

/*
 * A component is nearly always all of one profile, or of the few that a new value leads to: a stretch of it, found and told
 * in one statement, with whoever is beyond. It has all members of its profiles, so no two stretches share a record.
 */
const INSIDE = `
  with seeds as (
    select id from unnest($2::uuid[]) id
    union
    select c.record_id from identifier_links c where c.tenant_id = $1 and c.identifier_id = any($3::uuid[])
    union
    select c.record_id from identifier_links c
    where c.tenant_id = $1 and c.identifier_id = any($4::uuid[]) and c.assurance > 0),
  inside as materialized (
    select m.record_id, m.source, m.profile_id, m.since_position from records m
    where m.tenant_id = $1 and m.profile_id = any(array(
      select r.profile_id from records r where r.tenant_id = $1 and r.record_id = any(array(select id from seeds))))),
  ids as materialized (select coalesce(array_agg(record_id), '{}') as ids from inside),
  links as materialized (
    select l.record_id, l.assurance, i.identifier_id, i.kind, i.namespace, i.value, i.status
    from identifier_links l
    join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
    where l.tenant_id = $1 and l.record_id = any((select ids from ids)::uuid[])),
  ruled as materialized (
    select m.ruling_id from ruling_records m
    where m.tenant_id = $1 and m.record_id = any((select ids from ids)::uuid[])),
  reached as (
    select c.record_id from identifier_links c
    where c.tenant_id = $1 and c.identifier_id = any(array(select identifier_id from links where status = 'LIVE'))
    union
    select c.record_id from identifier_links c
    where c.tenant_id = $1 and c.assurance > 0
      and c.identifier_id = any(array(select identifier_id from links where status = 'CLAIMS_SHARED' and assurance > 0))
    union
    select o.record_id from rulings g
    join ruling_records o on o.tenant_id = $1 and o.ruling_id = g.ruling_id
    where g.tenant_id = $1 and g.kind = 'SAME' and g.revoked_at is null
      and g.ruling_id = any(array(select ruling_id from ruled)))`;

/** In one row: what is aggregated in PostgreSQL is parsed at once, where rows of four tables would be read field by field. */
const TOLD = `
  (select json_build_array(json_agg(record_id), json_agg(source), json_agg(profile_id), json_agg(since_position))
   from inside) as records,
  (select json_build_array(json_agg(record_id), json_agg(assurance), json_agg(identifier_id), json_agg(kind),
     json_agg(namespace), json_agg(value), json_agg(status)) from links) as links,
  (select json_build_array(json_agg(a.record_id), json_agg(a.name), json_agg(a.value)) from attribute_observations a
   where a.tenant_id = $1 and a.record_id = any((select ids from ids)::uuid[]) and a.trusted
     and a.name in ('givenName', 'familyName', 'dateOfBirth')) as persons,
  (select json_agg(json_build_array(g.ruling_id, g.kind, g.position, m.record_id, m.side)
     order by g.position, g.ruling_id, m.side, m.record_id)
   from rulings g
   join ruling_records m on m.tenant_id = $1 and m.ruling_id = g.ruling_id
   where g.tenant_id = $1 and g.revoked_at is null and g.ruling_id = any(array(select ruling_id from ruled))) as rulings,
  (select json_agg(r.record_id) from reached r
   where not exists (select from inside x where x.record_id = r.record_id)) as beyond`;

const STRETCH = statement("identity.component", `${INSIDE} select ${TOLD}`);

/* Those that are held are counted, since PostgreSQL carries out no part that nobody asks for. */
const HELD_STRETCH = statement(
  "identity.holdComponent",
  `${INSIDE},
   held as (
     select r.record_id from records r
     where r.tenant_id = $1 and r.record_id = any($5::uuid[] || (select ids from ids)::uuid[])
     order by r.record_id for no key update)
   select (select count(*) from held)::integer as held, ${MOMENT} as moment, ${TOLD}`,
);

/*
 * Where much hangs together, one leads to the next through many profiles: each record, value and profile is a row that is
 * expanded once, whatever leads to it. A value that only claims share is another row ("trusted") than one of which all
 * carriers count. By "offset 0" a record's links are found first, whatever the planner thinks of how many rows there are.
 */
const REACHED = statement(
  "identity.reachedRecords",
  `with recursive reached(kind, id) as (
    select 'record', id from unnest($2::uuid[]) id
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
  )
   select id from reached where kind = 'record'`,
);

/** All records of the components of these: more than a stretch may be, and nothing of them but their ids. */
export async function listReached(tx: Transaction, recordIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(REACHED, [tx.tenantId, recordIds]);
  return rows.map(({ id }) => id);
}

export async function readStretch(tx: Transaction, seeds: ComponentSeeds): Promise<Stretch> {
  const [stretch] = await tx.query<Stretch>(STRETCH, seedValues(tx, seeds));
  return stretch!;
}

/**
 * The same, and holds its records and some besides, waiting for them in the order of their ids: for the first lock of a
 * transaction. What it answers is as it was before it waited.
 */
export async function holdStretch(
  tx: Transaction,
  seeds: ComponentSeeds,
  alsoIds: readonly string[],
): Promise<HeldStretch> {
  const [stretch] = await tx.query<HeldStretch>(HELD_STRETCH, [...seedValues(tx, seeds), alsoIds]);
  return stretch!;
}

function seedValues(tx: Transaction, { recordIds, all, trusted }: ComponentSeeds): unknown[] {
  return [tx.tenantId, recordIds, all, trusted];
}
