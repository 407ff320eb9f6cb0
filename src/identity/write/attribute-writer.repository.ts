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
 * A rival is what another record of the customer says of the same, and says differently: of all that is said of it, what is
 * neither alike nor the record's own. By counting, it costs what is said, not its square.
 *
 * Once contested, always: what was a rival may be in another profile by now, but the past in which it was one remains.
 * A row that is held by somebody who touches it is left as it is: to wait for it could end in a circle, since the feed's
 * counter is held here.
 */
const CONTEST = statement(
  "identity.contestAttributes",
  `with said as materialized (
     select p.profile_id, a.* from unnest($2::uuid[]) p(profile_id)
     cross join lateral (
       select r.record_id from records r where r.tenant_id = $1 and r.profile_id = p.profile_id offset 0) m
     cross join lateral (
       select x.record_id, x.name, x.trusted, x.value::text as value, x.contested from attribute_observations x
       where x.tenant_id = $1 and x.record_id = m.record_id offset 0) a),
   counted as (
     select record_id, name, trusted, contested,
       count(*) over (partition by profile_id, name) as all_rows,
       count(*) over (partition by profile_id, name, value) as alike,
       count(*) over (partition by profile_id, name, record_id) as own,
       count(*) over (partition by profile_id, name, record_id, value) as own_alike
     from said),
   found as materialized (
     select record_id, name, trusted from counted where not contested and all_rows - alike > own - own_alike),
   free as materialized (
     select x.record_id, x.name, x.trusted from found f
     join attribute_observations x
       on x.tenant_id = $1 and x.record_id = f.record_id and x.name = f.name and x.trusted = f.trusted
     for no key update of x skip locked)
   update attribute_observations a set contested = true from free f
   where a.tenant_id = $1 and a.record_id = f.record_id and a.name = f.name and a.trusted = f.trusted`,
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

/** Marks what records of these profiles say differently. To be sent after what they say and who they are was written. */
export async function contestAttributes(tx: Transaction, profileIds: readonly string[]): Promise<void> {
  if (profileIds.length > 0) await tx.query(CONTEST, [tx.tenantId, profileIds]);
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
