import { allChanged, Statement, statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { AttributeDraft, RecordDraft } from "./record-draft";
import { isTrustedKey, nameOfKey } from "./record-state";

/* What records say by attributes, as of now and of the past: see `record-writer.repository.ts`. */

const ARCHIVE_ATTRIBUTES = statement(
  "identity.archiveAttributes",
  `insert into past_attribute_observations as p
     (tenant_id, record_id, name, trusted, value, observed_at, from_position, to_position)
   select a.tenant_id, a.record_id, a.name, a.trusted, a.value, a.observed_at, a.since_position,
     f.position - $5::bigint
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::boolean[]) u(record_id, name, trusted)
   join attribute_observations a
     on a.tenant_id = $1 and a.record_id = u.record_id and a.name = u.name and a.trusted = u.trusted
   where f.tenant_id = $1
   on conflict do nothing`,
);

const SET_ATTRIBUTES = statement(
  "identity.setAttributes",
  `insert into attribute_observations as a (tenant_id, record_id, name, trusted, value, observed_at, since_position)
   select f.tenant_id, u.record_id, u.name, u.trusted, u.value::json, u.observed_at,
     f.position - $7::bigint
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[])
     u(record_id, name, trusted, value, observed_at)
   where f.tenant_id = $1
   on conflict (tenant_id, record_id, name, trusted) do update set
     value = excluded.value, observed_at = excluded.observed_at, since_position = excluded.since_position`,
);

const TOUCH_ATTRIBUTES = statement(
  "identity.touchAttributes",
  `with touched as (
     update attribute_observations a set observed_at = greatest(a.observed_at, u.observed_at)
     from unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[])
       u(record_id, name, trusted, value, observed_at)
     where a.tenant_id = $1 and a.record_id = u.record_id and a.name = u.name and a.trusted = u.trusted
       and a.value::text = u.value
     returning 1)
   ${allChanged("touched")}`,
);

/*
 * That a value was seen again is a change only where it decides something: among records of one customer that say
 * different things the later observation wins, and a question about the past needs the time of then. It holds from the
 * next position on, which is this transaction's own or, where others are ahead of it, theirs.
 */
const TOUCH_CONTESTED = statement(
  "identity.touchContested",
  `with old as materialized (
     select a.*, u.observed_at as seen_at, f.position + 1 as next_position
     from feeds f
     cross join unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[])
       u(record_id, name, trusted, value, observed_at)
     cross join lateral (
       select x.record_id, x.name, x.trusted, x.value, x.observed_at, x.since_position from attribute_observations x
       where x.tenant_id = $1 and x.record_id = u.record_id and x.name = u.name and x.trusted = u.trusted
         and x.value::text = u.value limit 1) a
     where f.tenant_id = $1),
   kept as (
     insert into past_attribute_observations as p
       (tenant_id, record_id, name, trusted, value, observed_at, from_position, to_position)
     select $1, o.record_id, o.name, o.trusted, o.value, o.observed_at, o.since_position, o.next_position
     from old o where o.observed_at < o.seen_at and o.since_position < o.next_position
     on conflict do nothing),
   touched as (
     update attribute_observations a
     set observed_at = greatest(a.observed_at, o.seen_at), since_position = greatest(a.since_position, o.next_position)
     from old o
     where a.tenant_id = $1 and a.record_id = o.record_id and a.name = o.name and a.trusted = o.trusted
       and a.value::text = o.value::text
     returning 1)
   ${allChanged("touched")}`,
);

/*
 * Contested is of what records of a customer say different things. It is noted with the record whose id the profile has, and
 * once noted, always: who said something else may be another customer by now, but the past in which that was not so
 * remains. So a profile hands it on to whichever its records become part of.
 */
const CONTEST = statement(
  "identity.contestAttributes",
  `with members as materialized (
     select r.record_id, r.profile_id from records r where r.tenant_id = $1 and r.profile_id = any($2::uuid[])),
   said as materialized (
     select x.record_id, x.name, x.value::text collate "C" as value from attribute_observations x
     where x.tenant_id = $1 and x.record_id = any(array(select record_id from members))),
   names as (
     select profile_id, name from said join members using (record_id) group by profile_id, name
     having min(value) <> max(value) and count(distinct record_id) > 1
     union
     select u.into_id, n.name from unnest($3::uuid[], $4::uuid[]) u(from_id, into_id)
     join records o on o.tenant_id = $1 and o.record_id = u.from_id
     cross join unnest(o.contested) n(name))
   update records h set contested = array(select unnest(h.contested) union select unnest(g.names))
   from (select profile_id, array_agg(name) as names from names group by profile_id) g
   where h.tenant_id = $1 and h.record_id = g.profile_id and not h.contested @> g.names`,
);

export async function writeAttributes(tx: Transaction, drafts: readonly RecordDraft[], behind: number): Promise<void> {
  const changed = attributeRows(drafts, (draft) => draft.changedAttributes());
  if (changed.length === 0) return;
  const replaced = changed.filter(({ attribute }) => attribute.stored);
  await Promise.all([
    replaced.length > 0 && tx.query(ARCHIVE_ATTRIBUTES, [tx.tenantId, ...attributeKeys(replaced), behind]),
    tx.query(SET_ATTRIBUTES, [tx.tenantId, ...attributeKeys(changed), ...attributeValues(changed), behind]),
  ]);
}

/** Fails, as a lost race, when a value changed meanwhile: the later observation must then be judged against the new one. */
export async function touchAttributes(tx: Transaction, drafts: readonly RecordDraft[]): Promise<void> {
  const touched = attributeRows(drafts, (draft) => draft.touchedAttributes());
  const contested = touched.filter(({ attribute }) => attribute.stored?.contested);
  const others = touched.filter(({ attribute }) => !attribute.stored?.contested);
  await Promise.all([touch(tx, TOUCH_CONTESTED, contested), touch(tx, TOUCH_ATTRIBUTES, others)]);
}

async function touch(tx: Transaction, sent: Statement, touched: readonly AttributeOf[]): Promise<void> {
  if (touched.length === 0) return;
  await tx.query(sent, [tx.tenantId, ...attributeKeys(touched), ...attributeValues(touched)]);
}

/**
 * Notes of what records of these profiles say different things. To be sent after what they say and who they are was
 * written; the caller holds the records whose ids the profiles have.
 *
 * @param handed profiles that records came from, with those that they are in now
 */
export async function contestAttributes(
  tx: Transaction,
  profileIds: readonly string[],
  handed: readonly (readonly [from: string, into: string])[],
): Promise<void> {
  if (profileIds.length + handed.length === 0) return;
  const values = [tx.tenantId, profileIds, handed.map(([from]) => from), handed.map(([, into]) => into)];
  await tx.query(CONTEST, values);
}

interface AttributeOf {
  readonly draft: RecordDraft;
  readonly attribute: AttributeDraft;
}

function attributeRows(drafts: readonly RecordDraft[], pick: (draft: RecordDraft) => AttributeDraft[]): AttributeOf[] {
  const rows = drafts.flatMap((draft) => pick(draft).map((attribute) => ({ draft, attribute })));
  return rows.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function attributeKeys(rows: readonly AttributeOf[]): [string[], string[], boolean[]] {
  return [
    rows.map(({ draft }) => draft.recordId),
    rows.map(({ attribute }) => nameOfKey(attribute.key)),
    rows.map(({ attribute }) => isTrustedKey(attribute.key)),
  ];
}

function attributeValues(rows: readonly AttributeOf[]): [string[], string[]] {
  return [rows.map(({ attribute }) => attribute.value), rows.map(({ attribute }) => attribute.observedAt)];
}

function sortKey({ draft, attribute }: AttributeOf): string {
  return draft.recordId + attribute.key;
}
