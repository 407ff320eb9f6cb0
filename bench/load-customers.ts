import { Client } from "pg";
import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { identifierId } from "../src/identity/normalize/normalize-identifier";
import { BEGINNING, BEGINNING_MS, emailOf, profileIdOf, RECORDS_BEFORE_MS } from "./customer";

/** For the session: the same ids as customer.ts makes, and the settings of a loader. */
const PREPARE = `
  create function pg_temp.uuid_at(milliseconds bigint, number bigint) returns uuid immutable language sql as $$
    select (lpad(to_hex(milliseconds), 12, '0') || '70008000' || lpad(to_hex(number), 12, '0'))::uuid $$;
  create function pg_temp.record_id(customer bigint, side integer) returns uuid immutable language sql as $$
    select pg_temp.uuid_at(${BEGINNING_MS - RECORDS_BEFORE_MS} + 2 * customer + side, 2 * customer + side) $$;
  create function pg_temp.identifier_id(kind text, value text) returns uuid immutable language sql as $$
    select encode(substring(sha256(convert_to(kind || E'\\n0:' || value, 'UTF8')) for 16), 'hex')::uuid $$;
  create function pg_temp.email(customer bigint) returns text immutable language sql as $$
    select 'customer-' || customer || '@shop.example' $$;
  set synchronous_commit = off;
  set work_mem = '256MB';
  set maintenance_work_mem = '512MB';`;

const SAMPLE = `select pg_temp.record_id(7, 0) as record_id, pg_temp.identifier_id('EMAIL', pg_temp.email(7)) as email_id`;

const TENANT = `'${DEFAULT_TENANT_ID}'::uuid`;

const RECORDS = `
  insert into records (tenant_id, record_id, source, key, profile_id, since_position, created_at)
  select ${TENANT}, pg_temp.record_id(n, side), case side when 0 then 'shop' else 'x' end,
    case side when 0 then 'customer-' else 'x-' end || n, pg_temp.record_id(n, 0), 0, $2
  from generate_series(1, $1::bigint) n, generate_series(0, 1) side`;

/** Each customer's identifiers, by the record that carries them. */
const CARRIED = `
  select n, side, kind, value, pg_temp.identifier_id(kind, value) as identifier_id
  from generate_series(1, $1::bigint) n
  cross join lateral (values
    (0, 'EMAIL', pg_temp.email(n)), (0, 'PHONE', '+6681' || lpad(n::text, 7, '0')),
    (1, 'EMAIL', pg_temp.email(n)), (1, 'X_ID', (7000000000 + n)::text)) as carried(side, kind, value)`;

const IDENTIFIERS = `
  insert into identifiers (tenant_id, identifier_id, kind, namespace, value, status)
  select distinct ${TENANT}, identifier_id, kind, '', value, 'LIVE' from (${CARRIED}) carried`;

const LINKS = `
  insert into identifier_links (tenant_id, record_id, identifier_id, source, raw, assurance, message_id, first_seen_at,
    last_seen_at, since_position)
  select ${TENANT}, pg_temp.record_id(n, side), identifier_id, case side when 0 then 'shop' else 'x' end, value, 1,
    'loaded-' || n, $2, $2, 0
  from (${CARRIED}) carried`;

const ATTRIBUTES = `
  insert into attribute_observations (tenant_id, record_id, name, trusted, value, observed_at, since_position)
  select ${TENANT}, pg_temp.record_id(n, 0), name, true, to_json(value), $2, 0
  from generate_series(1, $1::bigint) n
  cross join lateral (values ('displayName', 'Customer ' || n), ('language', 'en')) as known(name, value)`;

/** Readies the session for the other loaders. @throws Error when the ids of SQL and of the program differ */
export async function prepareLoading(client: Client): Promise<void> {
  await client.query(PREPARE);
  const { rows } = await client.query<{ record_id: string; email_id: string }>(SAMPLE);
  const [sample] = rows;
  if (sample?.record_id !== profileIdOf(7) || sample.email_id !== identifierId("EMAIL", "", emailOf(7))) {
    throw new Error("the loader and the program no longer make the same ids");
  }
}

export async function loadCustomers(client: Client, customers: number): Promise<void> {
  await client.query(RECORDS, [customers, BEGINNING]);
  await client.query(IDENTIFIERS, [customers]);
  await client.query(LINKS, [customers, BEGINNING]);
  await client.query(ATTRIBUTES, [customers, BEGINNING]);
}

/** Statistics and visibility as they are in a database that has stood for a while, and nothing left to write. */
export async function settle(client: Client): Promise<void> {
  await client.query("vacuum analyze");
  await client.query("checkpoint");
}
