import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { FeedMoment } from "../feed/feed-moment";
import { DEFAULT_RULES, ResolutionRules } from "../identity/resolve/resolution-rules";
import { valueStatus } from "../identity/resolve/sharing";
import { KnownProfile } from "./known-profile";
import { RecordRow, toRecord } from "./profile.repository";

/*
 * Facts at a position of the feed: what holds since a position not later, and what held from one not later to one that is
 * later. Both halves of each are found by the same keys as the present ones.
 */

/** How many carriers of a value are counted to tell whether it was shared; limits are far below it. */
const CARRIERS_COUNTED = 10_000;

const MEMBERS = `
  select own.profile_id, r.record_id from records r
  where r.tenant_id = $1 and r.profile_id = own.profile_id and r.since_position <= $3
  union all
  select own.profile_id, p.record_id from past_memberships p
  where p.tenant_id = $1 and p.profile_id = own.profile_id and p.from_position <= $3 and p.to_position > $3`;

const LINKS = `
  select l.identifier_id, l.assurance, l.first_seen_at, l.last_seen_at from identifier_links l
  where l.tenant_id = $1 and l.record_id = m.record_id and l.since_position <= $3
  union all
  select p.identifier_id, p.assurance, p.first_seen_at, p.last_seen_at from past_identifier_links p
  where p.tenant_id = $1 and p.record_id = m.record_id and p.from_position <= $3 and p.to_position > $3`;

/** Of all sources the most carriers that one has, by trusted links and by any. */
const CARRIERS = `
  select coalesce(max(s.trusted), 0)::integer as trusted, coalesce(max(s."all"), 0)::integer as "all" from (
    select c.source, count(*) filter (where c.assurance > 0) as trusted, count(*) as "all" from (
      (select l.source, l.assurance from identifier_links l
       where l.tenant_id = $1 and l.identifier_id = i.identifier_id and l.since_position <= $3
       order by l.source limit ${CARRIERS_COUNTED})
      union all
      (select p.source, p.assurance from past_identifier_links p
       where p.tenant_id = $1 and p.identifier_id = i.identifier_id and p.from_position <= $3 and p.to_position > $3
       limit ${CARRIERS_COUNTED})) c
    group by c.source) s`;

const RULED_SHARED = `
  select from shared_values s
  where s.tenant_id = $1 and s.identifier_id = i.identifier_id and s.from_position <= $3
    and (s.to_position is null or s.to_position > $3)`;

const OBSERVATIONS = `
  select a.name, a.trusted, a.value, a.observed_at from attribute_observations a
  where a.tenant_id = $1 and a.record_id = m.record_id and a.since_position <= $3
  union all
  select p.name, p.trusted, p.value, p.observed_at from past_attribute_observations p
  where p.tenant_id = $1 and p.record_id = m.record_id and p.from_position <= $3 and p.to_position > $3`;

const OWN = `
  select r.profile_id from records r
  where r.tenant_id = $1 and r.record_id = $2 and r.since_position <= $3
  union all
  select p.profile_id from past_memberships p
  where p.tenant_id = $1 and p.record_id = $2 and p.from_position <= $3 and p.to_position > $3`;

/*
 * What interactions tell of a record is counted from them: it costs the record's interactions. When a value was given
 * again is not kept by position: it is told as known since, and never as later than the moment.
 */
const PROFILE = statement(
  "profile.asOf",
  `select own.profile_id as id, m.record_id as "recordId", r.source, r.key, r.claimed, r.created_at as "createdAt",
     (select json_agg(json_build_array(a.channel, a.interactions, a.first_at, a.last_at)) from (
        select x.channel, count(*)::integer as interactions, min(x.occurred_at) as first_at, max(x.occurred_at) as last_at
        from interactions x where x.tenant_id = $1 and x.record_id = m.record_id and x.received_at <= $4
        group by x.channel) a) as activity,
     (select json_agg(json_build_array(i.kind, i.namespace, i.value, i.status, l.assurance,
          least(l.first_seen_at, $4::timestamptz), least(l.last_seen_at, $4::timestamptz), c.trusted, c."all",
          exists (${RULED_SHARED})))
      from (${LINKS}) l
      join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
      cross join lateral (${CARRIERS}) c) as identifiers,
     (select json_agg(json_build_array(o.name, o.trusted, o.value, o.observed_at)) from (${OBSERVATIONS}) o)
       as observations
   from (${OWN} limit 1) own
   cross join lateral (${MEMBERS}) m
   join records r on r.tenant_id = $1 and r.record_id = m.record_id`,
);

const HOLDER = statement(
  "profile.holderAsOf",
  `select h.record_id as id from (
     select l.record_id, l.assurance from identifier_links l
     where l.tenant_id = $1 and l.identifier_id = $2 and l.since_position <= $3
     union all
     select p.record_id, p.assurance from past_identifier_links p
     where p.tenant_id = $1 and p.identifier_id = $2 and p.from_position <= $3 and p.to_position > $3) h
   join identifiers i on i.tenant_id = $1 and i.identifier_id = $2 and i.status <> 'UNUSABLE'
   order by h.assurance desc, h.record_id limit 1`,
);

const RULES = statement(
  "profile.rulesAsOf",
  `select rules, version from identity_rules
   where tenant_id = $1 and since_position <= $2 order by version desc limit 1`,
);

type Counted<Identifiers> = Identifiers extends readonly (infer Row extends readonly unknown[])[]
  ? [...Row, number, number, boolean][]
  : never;

interface Row extends Omit<RecordRow, "identifiers" | "place" | "position" | "tag"> {
  readonly identifiers: Counted<NonNullable<RecordRow["identifiers"]>> | null;
}

/** The profile to which the handle led at the moment, as it was known then; null where it led nowhere. */
export async function findProfileAsOf(
  tx: Transaction,
  handle: string,
  moment: FeedMoment,
  rules: ResolutionRules,
): Promise<KnownProfile | null> {
  const rows = await tx.query<Row>(PROFILE, [tx.tenantId, handle, moment.position, moment.at]);
  const [first] = rows;
  if (first === undefined) return null;
  const records = rows.map((row) => toRecord(withStatuses(row, rules))).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { id: first.id, point: { position: moment.position, tag: moment.tag }, records };
}

/** The record that answered for an identifier at the moment. */
export async function findHolderAsOf(
  tx: Transaction,
  identifierId: string,
  { position }: FeedMoment,
): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(HOLDER, [tx.tenantId, identifierId, position]);
  return row?.id ?? null;
}

/** The rules that were in force at the moment. */
export async function getRulesAsOf(tx: Transaction, { position }: FeedMoment): Promise<ResolutionRules> {
  const [row] = await tx.query<{ rules: Partial<ResolutionRules>; version: number }>(RULES, [tx.tenantId, position]);
  return row ? { ...DEFAULT_RULES, ...row.rules, version: row.version } : DEFAULT_RULES;
}

/** Whether a value is shared follows from who carries it: that is asked of then, where the stored status is of now. */
function withStatuses({ identifiers, ...row }: Row, rules: ResolutionRules): Parameters<typeof toRecord>[0] {
  const judged = (identifiers ?? []).map(([kind, namespace, value, status, assurance, first, last, ...counted]) => {
    const [trusted, all, ruledShared] = counted;
    const then = valueStatus(kind, status !== "UNUSABLE", [{ trusted, all }], rules, ruledShared);
    return [kind, namespace, value, then, assurance, first, last] as NonNullable<RecordRow["identifiers"]>[number];
  });
  return { ...row, identifiers: judged };
}
