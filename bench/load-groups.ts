import { Client } from "pg";
import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { BEGINNING, BEGINNING_MS, RECORDS_BEFORE_MS, uuidAt } from "./customer";

/*
 * Profiles of many records, which are those of customer.ts by number: record r stands where side r % 2 of customer
 * floor(r / 2) would. Ten records that share an e-mail address are a group, half of them of the shop and half of X; the
 * groups of a profile hang together by a telephone number that the last record of one and the first of the next have.
 */
const GROUP = 10;

/** Profiles that follow each other. */
export interface GroupedProfiles {
  /** The number of the first record: even. */
  readonly firstRecord: number;
  readonly profiles: number;
  /** Records of each; whole groups. */
  readonly records: number;
}

const TENANT = `'${DEFAULT_TENANT_ID}'::uuid`;

/* $1: first record, $2: records of all profiles, $3: records of each. */
const RECORDS = `
  select r, $1::bigint + (r - $1::bigint) / $3::bigint * $3::bigint as profile,
    (r - $1::bigint) % $3::bigint as place, pg_temp.record_id(r / 2, (r % 2)::integer) as record_id,
    case r % 2 when 0 then 'shop' else 'x' end as source
  from generate_series($1::bigint, $1::bigint + $2::bigint - 1) r`;

const CARRIED = `
  select m.record_id, m.source, m.r, c.kind, c.value, pg_temp.identifier_id(c.kind, c.value) as identifier_id
  from (${RECORDS}) m
  cross join lateral (
    select 'EMAIL' as kind, 'group-' || (m.r - m.place % ${GROUP}) || '@shop.example' as value
    union all select 'X_ID', (7000000000 + m.r)::text
    union all select 'PHONE', '+6681' || lpad(n.number::text, 7, '0')
      from (select case m.place % ${GROUP} when 0 then m.r - 1 when ${GROUP - 1} then m.r end as number) n
      where n.number >= m.profile and n.number < m.profile + $3::bigint) c`;

const LOAD = [
  `insert into records (tenant_id, record_id, source, key, profile_id, since_position, created_at)
   select ${TENANT}, m.record_id, m.source, 'record-' || m.r,
     pg_temp.record_id(m.profile / 2, (m.profile % 2)::integer), 0, $4::timestamptz
   from (${RECORDS}) m`,
  `insert into identifiers (tenant_id, identifier_id, kind, namespace, value, status)
   select distinct ${TENANT}, c.identifier_id, c.kind, '', c.value, 'LIVE' from (${CARRIED}) c
   where $4::timestamptz is not null`,
  `insert into identifier_links (tenant_id, record_id, identifier_id, source, raw, assurance, message_id,
     first_seen_at, last_seen_at, since_position)
   select ${TENANT}, c.record_id, c.identifier_id, c.source, c.value, 1, 'loaded-' || c.r, $4::timestamptz,
     $4::timestamptz, 0
   from (${CARRIED}) c`,
  `insert into attribute_observations (tenant_id, record_id, name, trusted, value, observed_at, since_position)
   select ${TENANT}, m.record_id, a.name, true, to_json(a.value), $4::timestamptz, 0
   from (${RECORDS}) m
   cross join lateral (values ('givenName', 'Given ' || m.profile), ('familyName', 'Family ' || m.profile)) a(name, value)`,
];

export async function loadGroups(client: Client, { firstRecord, profiles, records }: GroupedProfiles): Promise<void> {
  for (const text of LOAD) await client.query(text, [firstRecord, profiles * records, records, BEGINNING]);
}

export function groupedRecordId(record: number): string {
  return uuidAt(BEGINNING_MS - RECORDS_BEFORE_MS + record, record);
}

/** The address that the group of a record shares; the record is the first of its group. */
export function groupEmail(firstOfGroup: number): string {
  return `group-${firstOfGroup}@shop.example`;
}

/** By what a source knows the record, and which source it is. */
export function groupedRecordKey(record: number): { source: string; key: string } {
  return { source: record % 2 === 0 ? "shop" : "x", key: `record-${record}` };
}
