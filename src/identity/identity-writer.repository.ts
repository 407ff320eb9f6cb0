import { LostRace } from "../db/sqlstate";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { ASSURANCES } from "./identifier-kind";
import { AttributeDraft, LinkDraft, RecordDraft } from "./record-draft";
import { isTrustedKey, nameOfKey } from "./record-state";

/*
 * Everything that changes facts of identity. What ceases to hold is first copied to the `past_` table with the position
 * at which it ceased, then changed or deleted; both travel in one round trip. The caller holds the records.
 */

/** A record that is in another profile from a position on. */
export interface Move {
  readonly recordId: string;
  readonly profileId: string;
  readonly position: number;
}

const INSERT_RECORDS = statement(
  "identity.insertRecords",
  `insert into records as r (tenant_id, record_id, source, key, profile_id, since_position, created_at)
   select f.tenant_id, u.record_id, u.source, u.key, u.profile_id, $6, f.at
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[]) u(record_id, source, key, profile_id)
   where f.tenant_id = $1
   returning r.record_id`,
);

const ARCHIVE_MEMBERSHIPS = statement(
  "identity.archiveMemberships",
  `insert into past_memberships as p (tenant_id, record_id, profile_id, from_position, to_position)
   select r.tenant_id, r.record_id, r.profile_id, r.since_position, u.position
   from unnest($2::uuid[], $3::bigint[]) u(record_id, position)
   join records r on r.tenant_id = $1 and r.record_id = u.record_id
   on conflict do nothing`,
);

const MOVE_RECORDS = statement(
  "identity.moveRecords",
  `update records r set profile_id = u.profile_id, since_position = u.position
   from unnest($2::uuid[], $3::uuid[], $4::bigint[]) u(record_id, profile_id, position)
   where r.tenant_id = $1 and r.record_id = u.record_id`,
);

const ARCHIVE_LINKS = statement(
  "identity.archiveLinks",
  `insert into past_identifier_links as p (tenant_id, record_id, identifier_id, source, raw, assurance, message_id,
     first_seen_at, last_seen_at, from_position, to_position)
   select l.tenant_id, l.record_id, l.identifier_id, l.source, l.raw, l.assurance, l.message_id,
     l.first_seen_at, l.last_seen_at, l.since_position, $4
   from unnest($2::uuid[], $3::uuid[]) u(record_id, identifier_id)
   join identifier_links l on l.tenant_id = $1 and l.record_id = u.record_id and l.identifier_id = u.identifier_id
   on conflict do nothing`,
);

const DELETE_LINKS = statement(
  "identity.deleteLinks",
  `delete from identifier_links l using unnest($2::uuid[], $3::uuid[]) u(record_id, identifier_id)
   where l.tenant_id = $1 and l.record_id = u.record_id and l.identifier_id = u.identifier_id`,
);

const INSERT_LINKS = statement(
  "identity.insertLinks",
  `insert into identifier_links as l (tenant_id, record_id, identifier_id, source, raw, assurance, message_id,
     first_seen_at, last_seen_at, since_position)
   select f.tenant_id, u.record_id, u.identifier_id, u.source, u.raw, u.assurance, u.message_id,
     u.first_seen_at, u.last_seen_at, $10
   from feeds f
   cross join unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::smallint[], $7::text[],
     $8::timestamptz[], $9::timestamptz[])
     u(record_id, identifier_id, source, raw, assurance, message_id, first_seen_at, last_seen_at)
   where f.tenant_id = $1
   on conflict (tenant_id, record_id, identifier_id) do update set
     assurance = excluded.assurance, first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
     since_position = excluded.since_position`,
);

const TOUCH_LINKS = statement(
  "identity.touchLinks",
  `update identifier_links l
   set first_seen_at = least(l.first_seen_at, u.first_seen_at), last_seen_at = greatest(l.last_seen_at, u.last_seen_at)
   from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
     u(record_id, identifier_id, first_seen_at, last_seen_at)
   where l.tenant_id = $1 and l.record_id = u.record_id and l.identifier_id = u.identifier_id
   returning 1`,
);

const ARCHIVE_ATTRIBUTES = statement(
  "identity.archiveAttributes",
  `insert into past_attribute_observations as p
     (tenant_id, record_id, name, trusted, value, observed_at, from_position, to_position)
   select a.tenant_id, a.record_id, a.name, a.trusted, a.value, a.observed_at, a.since_position, $5
   from unnest($2::uuid[], $3::text[], $4::boolean[]) u(record_id, name, trusted)
   join attribute_observations a
     on a.tenant_id = $1 and a.record_id = u.record_id and a.name = u.name and a.trusted = u.trusted
   on conflict do nothing`,
);

const SET_ATTRIBUTES = statement(
  "identity.setAttributes",
  `insert into attribute_observations as a (tenant_id, record_id, name, trusted, value, observed_at, since_position)
   select f.tenant_id, u.record_id, u.name, u.trusted, u.value::json, u.observed_at, $7
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[])
     u(record_id, name, trusted, value, observed_at)
   where f.tenant_id = $1
   on conflict (tenant_id, record_id, name, trusted) do update set
     value = excluded.value, observed_at = excluded.observed_at, since_position = excluded.since_position`,
);

/*
 * That a value was seen again is a change only where it decides something: among records of one customer that say
 * different things the later observation wins, and a question about the past needs the time of then. It holds from the
 * next position on, which is this transaction's own or, while others are ahead of it, theirs.
 */
const TOUCH_ATTRIBUTES = statement(
  "identity.touchAttributes",
  `with rivals as materialized (
     select a.record_id, a.name, a.trusted, a.value, a.observed_at, a.since_position, f.position + 1 as to_position
     from feeds f
     cross join unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[])
       u(record_id, name, trusted, value, observed_at)
     join attribute_observations a
       on a.tenant_id = $1 and a.record_id = u.record_id and a.name = u.name and a.trusted = u.trusted
     where f.tenant_id = $1 and a.observed_at < u.observed_at and a.since_position <= f.position and coalesce(
       (select true from records r
        join records o on o.tenant_id = $1 and o.profile_id = r.profile_id and o.record_id <> r.record_id
        join attribute_observations b on b.tenant_id = $1 and b.record_id = o.record_id and b.name = a.name
          and b.value::text <> a.value::text
        where r.tenant_id = $1 and r.record_id = a.record_id limit 1),
       (select true from past_memberships p where p.tenant_id = $1 and p.record_id = a.record_id limit 1),
       (select true from records r join past_memberships p on p.tenant_id = $1 and p.profile_id = r.profile_id
        where r.tenant_id = $1 and r.record_id = a.record_id limit 1))),
   kept as (
     insert into past_attribute_observations as p
       (tenant_id, record_id, name, trusted, value, observed_at, from_position, to_position)
     select $1, v.record_id, v.name, v.trusted, v.value, v.observed_at, v.since_position, v.to_position from rivals v
     on conflict do nothing)
   update attribute_observations a set observed_at = greatest(a.observed_at, u.observed_at),
     since_position = coalesce((
       select v.to_position from rivals v
       where v.record_id = a.record_id and v.name = a.name and v.trusted = a.trusted), a.since_position)
   from unnest($2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::timestamptz[])
     u(record_id, name, trusted, value, observed_at)
   where a.tenant_id = $1 and a.record_id = u.record_id and a.name = u.name and a.trusted = u.trusted
     and a.value::text = u.value
   returning 1`,
);

/** A record of that source and key may have been committed meanwhile: the insert then fails, and the write starts over. */
export async function insertRecords(
  tx: Transaction,
  drafts: readonly RecordDraft[],
  profileOf: (recordId: string) => string,
  position: number,
): Promise<void> {
  if (drafts.length === 0) return;
  await tx.query(INSERT_RECORDS, [
    tx.tenantId,
    drafts.map((draft) => draft.recordId),
    drafts.map((draft) => draft.source),
    drafts.map((draft) => draft.key),
    drafts.map((draft) => profileOf(draft.recordId)),
    position,
  ]);
}

export async function moveRecords(tx: Transaction, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const ids = moves.map((move) => move.recordId);
  const positions = moves.map((move) => move.position);
  await Promise.all([
    tx.query(ARCHIVE_MEMBERSHIPS, [tx.tenantId, ids, positions]),
    tx.query(MOVE_RECORDS, [tx.tenantId, ids, moves.map((move) => move.profileId), positions]),
  ]);
}

export async function writeLinks(tx: Transaction, drafts: readonly RecordDraft[], position: number): Promise<void> {
  const written = linkRows(drafts, (draft) => draft.linksOf("NEW", "RAISED"));
  const detached = linkRows(drafts, (draft) => draft.linksOf("DETACHED"));
  const ended = [...detached, ...linkRows(drafts, (draft) => draft.linksOf("RAISED"))];
  const work: Promise<unknown>[] = [];
  if (ended.length > 0) work.push(tx.query(ARCHIVE_LINKS, [tx.tenantId, ...linkKeys(ended), position]));
  if (detached.length > 0) work.push(tx.query(DELETE_LINKS, [tx.tenantId, ...linkKeys(detached)]));
  if (written.length > 0) {
    work.push(
      tx.query(INSERT_LINKS, [
        tx.tenantId,
        ...linkKeys(written),
        written.map(({ draft }) => draft.source),
        written.map(({ link }) => link.identifier?.raw ?? ""),
        written.map(({ link }) => ASSURANCES.indexOf(link.assurance)),
        written.map(({ link }) => link.messageId),
        written.map(({ link }) => link.firstSeenAt),
        written.map(({ link }) => link.lastSeenAt),
        position,
      ]),
    );
  }
  await Promise.all(work);
}

/** Throws `LostRace` when a link was detached meanwhile: the caller holds nothing here. */
export async function touchLinks(tx: Transaction, drafts: readonly RecordDraft[]): Promise<void> {
  const touched = linkRows(drafts, (draft) => draft.linksOf("TOUCHED"));
  if (touched.length === 0) return;
  const rows = await tx.query(TOUCH_LINKS, [
    tx.tenantId,
    ...linkKeys(touched),
    touched.map(({ link }) => link.firstSeenAt),
    touched.map(({ link }) => link.lastSeenAt),
  ]);
  if (rows.length < touched.length) throw new LostRace("a link was detached meanwhile");
}

export async function writeAttributes(
  tx: Transaction,
  drafts: readonly RecordDraft[],
  position: number,
): Promise<void> {
  const changed = attributeRows(drafts, (draft) => draft.changedAttributes());
  if (changed.length === 0) return;
  const replaced = changed.filter(({ attribute }) => attribute.stored);
  await Promise.all([
    replaced.length > 0 && tx.query(ARCHIVE_ATTRIBUTES, [tx.tenantId, ...attributeKeys(replaced), position]),
    tx.query(SET_ATTRIBUTES, [tx.tenantId, ...attributeKeys(changed), ...attributeValues(changed), position]),
  ]);
}

/** Throws `LostRace` when a value changed meanwhile: the later observation must then be judged against the new one. */
export async function touchAttributes(tx: Transaction, drafts: readonly RecordDraft[]): Promise<void> {
  const touched = attributeRows(drafts, (draft) => draft.touchedAttributes());
  if (touched.length === 0) return;
  const values = [tx.tenantId, ...attributeKeys(touched), ...attributeValues(touched)];
  const rows = await tx.query(TOUCH_ATTRIBUTES, values);
  if (rows.length < touched.length) throw new LostRace("an attribute changed meanwhile");
}

interface LinkOf {
  readonly draft: RecordDraft;
  readonly link: LinkDraft;
}

function linkRows(drafts: readonly RecordDraft[], pick: (draft: RecordDraft) => LinkDraft[]): LinkOf[] {
  const rows = drafts.flatMap((draft) => pick(draft).map((link) => ({ draft, link })));
  return rows.sort((a, b) => compare(sortKey(a), sortKey(b)));
}

function sortKey({ draft, link }: LinkOf): string {
  return draft.recordId + link.identifierId;
}

function linkKeys(rows: readonly LinkOf[]): [string[], string[]] {
  return [rows.map(({ draft }) => draft.recordId), rows.map(({ link }) => link.identifierId)];
}

interface AttributeOf {
  readonly draft: RecordDraft;
  readonly attribute: AttributeDraft;
}

function attributeRows(drafts: readonly RecordDraft[], pick: (draft: RecordDraft) => AttributeDraft[]): AttributeOf[] {
  const rows = drafts.flatMap((draft) => pick(draft).map((attribute) => ({ draft, attribute })));
  return rows.sort((a, b) => compare(a.draft.recordId + a.attribute.key, b.draft.recordId + b.attribute.key));
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
