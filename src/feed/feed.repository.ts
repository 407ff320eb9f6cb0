import { randomInt } from "node:crypto";
import { Instant } from "../db/column-types";
import { LostRace, SQLSTATE, sqlstateOf } from "../db/sqlstate";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { Change, FeedAdvance, NewChange } from "./change";
import { FeedPoint } from "./cursor";
import { FeedFilter } from "./feed-filter";

/*
 * The feed: every change has a dense position per tenant, given by one counter row.
 *
 * The counter row is locked last, just before the commit, and held until it. So position order is commit order, no
 * position can appear below one that a reader has seen, and a gap cannot exist: n + 1 follows n. What is appended after
 * the lock was taken reads the database as of then, so an interaction is filed under the profile that holds its record
 * at its position, whatever merges were committed while its transaction was under way.
 */

/* By other rules than those that are in force the counter would become null, which it may not be. */
const ADVANCE = statement(
  "feed.advance",
  `update feeds set position = case when rules_version = coalesce($5, rules_version) then position + $2 end,
     tag = case when $2 > 0 then $3 else tag end, at = greatest(at, $4::timestamptz)
   where tenant_id = $1 returning position, at`,
);

const APPEND = statement(
  "feed.append",
  `insert into changes as c
     (tenant_id, position, tag, at, kind, profile_id, related_ids, record_id, interaction_id, source, channel)
   select f.tenant_id, f.position - $2 + u.place, f.tag, f.at, u.kind, coalesce(u.profile_id, r.profile_id),
     coalesce(u.related_ids::uuid[], '{}'), u.record_id, u.interaction_id, u.source, u.channel
   from feeds f
   cross join unnest($3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[])
     with ordinality as u(kind, profile_id, related_ids, record_id, interaction_id, source, channel, place)
   left join records r on r.tenant_id = $1 and r.record_id = u.record_id
   where f.tenant_id = $1
   returning c.interaction_id, c.profile_id`,
);

const NEWEST = statement("feed.newest", "select position, tag from feeds where tenant_id = $1");

const ENTRY_TAG = statement("feed.entryTag", "select tag from changes where tenant_id = $1 and position = $2");

const OLDEST = statement("feed.oldest", "select position from changes where tenant_id = $1 order by position limit 1");

const CURSOR_KEY = statement("feed.cursorKey", "select cursor_key from tenants where tenant_id = $1");

/** How an entry of the table `changes` becomes a `Change`. */
export const CHANGE_COLUMNS = `position, tag, at, kind, profile_id as "profileId", related_ids as "relatedIds",
  record_id as "recordId", interaction_id as "interactionId", source, channel`;

const FROM = statement(
  "feed.from",
  `select ${CHANGE_COLUMNS} from changes where tenant_id = $1 and position >= $2 order by position limit $3`,
);

/*
 * A stretch of the feed is walked whatever is wanted of it: which entries of a tenant are on a channel is not worth an
 * index to every writer. The stretch is bounded, and its last entry comes along to say how far it went.
 */
const WANTED_FROM = statement(
  "feed.wantedFrom",
  `with walked as materialized (
     select ${CHANGE_COLUMNS} from changes where tenant_id = $1 and position >= $2 order by position limit $3)
   select w.* from walked w
   where w.position = $2 or w.position = (select max(position) from walked)
     or (($4::text[] is null or w.kind = any($4))
       and ($5::text[] is null or w.kind <> 'INTERACTION_ADDED' or w.channel = any($5)))
   order by w.position limit $6`,
);

const POSITIONS = statement(
  "feed.positions",
  'select tenant_id as "tenantId", position from feeds where tenant_id = any($1::uuid[])',
);

/** What an appended interaction was filed under. */
export interface FiledInteraction {
  readonly interaction_id: string | null;
  readonly profile_id: string;
}

/**
 * Takes the next `count` positions and holds the tenant's counter until the transaction ends. Where there is nothing to
 * tell (0), the newest entry stays the newest, and its cursor good.
 *
 * @param rulesVersion fails (23502) where this is not the version of the rules in force; null: whichever is
 */
export async function advanceFeed(
  tx: Transaction,
  count: number,
  now: Instant,
  rulesVersion: number | null = null,
): Promise<FeedAdvance> {
  const values = [tx.tenantId, count, randomInt(2 ** 47), now, rulesVersion];
  const [row] = await tx.query<{ position: number; at: Instant }>(ADVANCE, values);
  if (!row) throw new Error("the tenant has no feed");
  return { first: row.position - count + 1, last: row.position, at: row.at };
}

/**
 * Writes the entries of the positions just taken. To be sent after `advanceFeed` with the same count. Throws `LostRace`
 * when a record that an entry is about was taken away meanwhile.
 */
export async function appendChanges(tx: Transaction, changes: readonly NewChange[]): Promise<FiledInteraction[]> {
  const appended = tx.query<FiledInteraction>(APPEND, [
    tx.tenantId,
    changes.length,
    changes.map((change) => change.kind),
    changes.map((change) => change.profileId),
    changes.map((change) => (change.relatedIds.length > 0 ? `{${change.relatedIds.join(",")}}` : null)),
    changes.map((change) => change.recordId),
    changes.map((change) => change.interactionId),
    changes.map((change) => change.source),
    changes.map((change) => change.channel),
  ]);
  return appended.catch((error: unknown) => {
    // An entry without a profile: its record was taken away after this transaction had read it.
    if (sqlstateOf(error) === SQLSTATE.notNullViolation) throw new LostRace("the record is not there any more");
    throw error;
  });
}

/** The newest point of the tenant's feed; of an empty feed the point before the first entry. */
export async function getNewestPoint(tx: Transaction): Promise<FeedPoint> {
  const [row] = await tx.query<FeedPoint>(NEWEST, [tx.tenantId]);
  if (!row) throw new Error("the tenant has no feed");
  return row;
}

/** The tag of the entry at a position, or null when there is none (not yet, or no longer). */
export async function findEntryTag(tx: Transaction, position: number): Promise<number | null> {
  const [row] = await tx.query<{ tag: number }>(ENTRY_TAG, [tx.tenantId, position]);
  return row?.tag ?? null;
}

export async function findOldestPosition(tx: Transaction): Promise<number | null> {
  const [row] = await tx.query<{ position: number }>(OLDEST, [tx.tenantId]);
  return row?.position ?? null;
}

/** The entry at a position, when there is one, and those behind it, oldest first. */
export function listChangesFrom(tx: Transaction, position: number, limit: number): Promise<Change[]> {
  return tx.query<Change>(FROM, [tx.tenantId, position, limit]);
}

/** Of the `walked` entries from a position on those that are wanted, up to a limit; and the first and the last of all. */
export function listWantedFrom(
  tx: Transaction,
  position: number,
  walked: number,
  { kinds, channels }: FeedFilter,
  limit: number,
): Promise<Change[]> {
  return tx.query<Change>(WANTED_FROM, [tx.tenantId, position, walked, kinds, channels, limit]);
}

const AT = statement(
  "feed.at",
  `select ${CHANGE_COLUMNS} from changes where tenant_id = $1 and position = any($2::bigint[]) order by position`,
);

/** Those of the entries at these positions that the feed holds, oldest first. */
export function listChangesAt(tx: Transaction, positions: readonly number[]): Promise<Change[]> {
  return tx.query<Change>(AT, [tx.tenantId, positions]);
}

/** The counters of several tenants in one statement: what the tail asks to learn who moved. */
export function listPositions(
  tx: Transaction,
  tenantIds: readonly string[],
): Promise<{ tenantId: string; position: number }[]> {
  return tx.query(POSITIONS, [tenantIds]);
}

export async function findCursorKey(tx: Transaction): Promise<Buffer | null> {
  const [row] = await tx.query<{ cursor_key: Buffer }>(CURSOR_KEY, [tx.tenantId]);
  return row?.cursor_key ?? null;
}
