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

/** Everything that hangs together with the seeds, as rows of each table; null: none. */
export interface Closure {
  /** Record id, source, profile id, and the position since which it is in that. */
  readonly records: readonly [string, string, string, number][] | null;
  /** Record id, assurance by its number, and the identifier: its id, kind, namespace, value and status. */
  readonly links: readonly [string, number, string, IdentifierKind, string, string, ValueStatus][] | null;
  /** Record id, and a trusted attribute that is an identity fact: its name and value. */
  readonly persons: readonly [string, string, unknown][] | null;
  /** Rulings in force that name any of the records: id, kind, position, and each record of theirs with its side. */
  readonly rulings: readonly [string, Ruling["kind"], number, string, number][] | null;
}

export interface HeldClosure extends Closure {
  /** As of when it is told, which is before it was waited for. */
  readonly moment: Moment;
}

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
  ),
  inside as materialized (select array_agg(id) as ids from reached where kind = 'record')`;

/** In one row: what is aggregated in PostgreSQL is parsed at once, where rows of four tables would be read field by field. */
const TOLD = `
  (select json_agg(json_build_array(r.record_id, r.source, r.profile_id, r.since_position))
   from records r where r.tenant_id = $1 and r.record_id = any((select ids from inside)::uuid[])) as records,
  (select json_agg(json_build_array(l.record_id, l.assurance, i.identifier_id, i.kind, i.namespace, i.value, i.status))
   from identifier_links l
   join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.record_id = any((select ids from inside)::uuid[])) as links,
  (select json_agg(json_build_array(a.record_id, a.name, a.value))
   from attribute_observations a
   where a.tenant_id = $1 and a.record_id = any((select ids from inside)::uuid[]) and a.trusted
     and a.name in ('givenName', 'familyName', 'dateOfBirth')) as persons,
  (select json_agg(json_build_array(g.ruling_id, g.kind, g.position, m.record_id, m.side)
     order by g.position, g.ruling_id, m.side, m.record_id)
   from rulings g
   join ruling_records m on m.tenant_id = $1 and m.ruling_id = g.ruling_id
   where g.tenant_id = $1 and g.revoked_at is null and g.ruling_id = any(array(
     select n.ruling_id from ruling_records n
     where n.tenant_id = $1 and n.record_id = any((select ids from inside)::uuid[])))) as rulings`;

const CLOSURE = statement("identity.component", `${REACHED} select ${TOLD}`);

const HELD_CLOSURE = statement(
  "identity.holdComponent",
  `${REACHED},
   held as (
     select r.record_id from records r
     where r.tenant_id = $1 and r.record_id = any($5::uuid[] || (select ids from inside)::uuid[])
     order by r.record_id for no key update)
   select (select count(*) from held)::integer as held, ${MOMENT} as moment, ${TOLD}`,
);

export async function readClosure(tx: Transaction, seeds: ComponentSeeds): Promise<Closure> {
  const [closure] = await tx.query<Closure>(CLOSURE, seedValues(tx, seeds));
  return closure!;
}

/**
 * The same, and holds its records and some besides, waiting for them in the order of their ids: for the first lock of a
 * transaction. What it answers is as it was before it waited.
 */
export async function holdClosure(
  tx: Transaction,
  seeds: ComponentSeeds,
  alsoIds: readonly string[],
): Promise<HeldClosure> {
  const [closure] = await tx.query<HeldClosure>(HELD_CLOSURE, [...seedValues(tx, seeds), alsoIds]);
  return closure!;
}

function seedValues(tx: Transaction, { recordIds, all, trusted }: ComponentSeeds): unknown[] {
  return [tx.tenantId, recordIds, all, trusted];
}
