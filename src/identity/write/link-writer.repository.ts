import { allChanged, statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES } from "../identifier-kind";
import { LinkDraft, RecordDraft } from "./record-draft";

/* Links of records to values, as of now and of the past: see `record-writer.repository.ts`. */

const ARCHIVE_LINKS = statement(
  "identity.archiveLinks",
  `insert into past_identifier_links as p (tenant_id, record_id, identifier_id, source, raw, assurance, message_id,
     first_seen_at, last_seen_at, from_position, to_position)
   select l.tenant_id, l.record_id, l.identifier_id, l.source, l.raw, l.assurance, l.message_id,
     l.first_seen_at, l.last_seen_at, l.since_position, f.position - $4::bigint
   from feeds f
   cross join unnest($2::uuid[], $3::uuid[]) u(record_id, identifier_id)
   join identifier_links l on l.tenant_id = $1 and l.record_id = u.record_id and l.identifier_id = u.identifier_id
   where f.tenant_id = $1
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
     u.first_seen_at, u.last_seen_at, f.position - $10::bigint
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
  `with touched as (
     update identifier_links l set
       first_seen_at = least(l.first_seen_at, u.first_seen_at), last_seen_at = greatest(l.last_seen_at, u.last_seen_at)
     from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])
       u(record_id, identifier_id, first_seen_at, last_seen_at)
     where l.tenant_id = $1 and l.record_id = u.record_id and l.identifier_id = u.identifier_id
     returning 1)
   ${allChanged("touched")}`,
);

export async function writeLinks(tx: Transaction, drafts: readonly RecordDraft[], behind: number): Promise<void> {
  const written = linkRows(drafts, (draft) => draft.linksOf("NEW", "RAISED"));
  const detached = linkRows(drafts, (draft) => draft.linksOf("DETACHED"));
  const ended = [...detached, ...linkRows(drafts, (draft) => draft.linksOf("RAISED"))];
  const work: Promise<unknown>[] = [];
  if (ended.length > 0) work.push(tx.query(ARCHIVE_LINKS, [tx.tenantId, ...linkKeys(ended), behind]));
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
        behind,
      ]),
    );
  }
  await Promise.all(work);
}

/** Fails, as a lost race, when a link was detached meanwhile: the caller holds nothing here. */
export async function touchLinks(tx: Transaction, drafts: readonly RecordDraft[]): Promise<void> {
  const touched = linkRows(drafts, (draft) => draft.linksOf("TOUCHED"));
  if (touched.length === 0) return;
  await tx.query(TOUCH_LINKS, [
    tx.tenantId,
    ...linkKeys(touched),
    touched.map(({ link }) => link.firstSeenAt),
    touched.map(({ link }) => link.lastSeenAt),
  ]);
}

interface LinkOf {
  readonly draft: RecordDraft;
  readonly link: LinkDraft;
}

function linkRows(drafts: readonly RecordDraft[], pick: (draft: RecordDraft) => LinkDraft[]): LinkOf[] {
  const rows = drafts.flatMap((draft) => pick(draft).map((link) => ({ draft, link })));
  return rows.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ draft, link }: LinkOf): string {
  return draft.recordId + link.identifierId;
}

function linkKeys(rows: readonly LinkOf[]): [string[], string[]] {
  return [rows.map(({ draft }) => draft.recordId), rows.map(({ link }) => link.identifierId)];
}
