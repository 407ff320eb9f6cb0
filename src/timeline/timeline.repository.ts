import { Instant } from "../db/column-types";
import { Statement, statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { Interaction } from "./interaction.type";
import { TimelinePlace } from "./timeline-cursor";
import { TimelineFilter } from "./timeline-filter.type";

/** Which part of a timeline is read: the newest `limit` interactions behind `after` that meet the filter. */
export interface TimelineSlice {
  readonly after: TimelinePlace | null;
  readonly filter: TimelineFilter | null;
  readonly limit: number;
}

/** What is read of an interaction, `x`. */
export const INTERACTION_COLUMNS = `x.interaction_id as id, x.record_id as "recordId", x.message_id as "messageId", x.source, x.channel,
  x.kind, x.direction, x.visibility, x.occurred_at as "occurredAt", x.received_at as "receivedAt",
  x.conversation_key as "conversationKey", x.actor, x.text, x.data`;

const SEVERAL_HANDLES = "unnest($2::uuid[]) with ordinality h(record_id, place)";
/**
 * The statement that is sent most has a text of its own: of a list PostgreSQL never knows how long it is, finds a plan for
 * any length too dear, and plans anew each time, which takes longer than the reading.
 */
const ONE_HANDLE = "(select $2::uuid as record_id, 1 as place) h";

/** What stands before everything, so that a first page is read by the same statement as the following ones. */
export const BEFORE_ALL: TimelinePlace = { occurredAt: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
const FROM_EVER = "-infinity";

/*
 * The newest interactions of each record are taken from the index in order, at most a page of each, and merged. Asking
 * for the interactions of all records in one condition, ordered, would read and sort the whole history of the profile:
 * a hundred times slower on a busy one, and slower with every year.
 */
function pagesOf(name: string, conditions: string, handles = SEVERAL_HANDLES): Statement {
  return statement(
    name,
    `select h.place::integer as place, page.*
     from ${handles}
     cross join lateral (
       select r.profile_id from records r where r.tenant_id = $1 and r.record_id = h.record_id limit 1) own
     cross join lateral (
       select newest.* from records m
       cross join lateral (
         select ${INTERACTION_COLUMNS} from interactions x
         where x.tenant_id = $1 and x.record_id = m.record_id and (x.occurred_at, x.interaction_id) < ($3, $4)
           and x.occurred_at >= $5 ${conditions}
         order by x.occurred_at desc, x.interaction_id desc limit $6) newest
       where m.tenant_id = $1 and m.profile_id = own.profile_id
       order by newest."occurredAt" desc, newest.id desc limit $6) page`,
  );
}

const CONDITIONS = `
  and ($7::text[] is null or x.channel = any($7))
  and ($8::text[] is null or x.kind = any($8))
  and ($9::text[] is null or x.direction = any($9))
  and ($10::text is null or x.visibility = $10)
  and ($11::text is null or position(lower($11) in lower(x.text)) > 0)
  and x.occurred_at < $12`;

const PAGE = pagesOf("timeline.page", "", ONE_HANDLE);
const PAGES = pagesOf("timeline.pages", "");
const FILTERED_PAGES = pagesOf("timeline.filteredPages", CONDITIONS);
const CONVERSATION_PAGES = pagesOf("timeline.conversationPages", `${CONDITIONS} and x.conversation_key = $13`);

const BY_IDS = statement(
  "timeline.byIds",
  `select ${INTERACTION_COLUMNS} from interactions x where x.tenant_id = $1 and x.interaction_id = any($2::uuid[])`,
);

type PlacedInteraction = Interaction & { readonly place: number };

/** One slice each of several profiles' timelines, in the order of the handles (any record id of a profile), newest first. */
export async function listTimelines(
  tx: Transaction,
  handles: readonly string[],
  slice: TimelineSlice,
): Promise<Interaction[][]> {
  const rows = await querySlices(tx, handles, slice);
  const pages: Interaction[][] = handles.map(() => []);
  for (const row of rows) pages[row.place - 1]!.push(row);
  // They arrive in this order already, but SQL promises none outside of ORDER BY, and a second sort there costs more.
  for (const page of pages) page.sort(newestFirst);
  return pages;
}

/** In the order of the ids; undefined where there is none. */
export async function findInteractions(tx: Transaction, ids: readonly string[]): Promise<(Interaction | undefined)[]> {
  const rows = await tx.query<Interaction>(BY_IDS, [tx.tenantId, ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

function querySlices(
  tx: Transaction,
  handles: readonly string[],
  { after, filter, limit }: TimelineSlice,
): Promise<PlacedInteraction[]> {
  const { occurredAt, id } = after ?? BEFORE_ALL;
  const place = [occurredAt, id, filter?.from ?? FROM_EVER, limit];
  if (filter === null && handles.length === 1) return tx.query(PAGE, [tx.tenantId, handles[0], ...place]);
  const slice = [tx.tenantId, handles, ...place];
  if (filter === null) return tx.query(PAGES, slice);
  const values = [
    ...slice,
    filter.channels ?? null,
    filter.kinds ?? null,
    filter.directions ?? null,
    filter.visibility ?? null,
    filter.text || null,
    filter.to ?? ("infinity" satisfies Instant),
  ];
  if (typeof filter.conversationKey !== "string") return tx.query(FILTERED_PAGES, values);
  return tx.query(CONVERSATION_PAGES, [...values, filter.conversationKey]);
}

function newestFirst(a: Interaction, b: Interaction): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt > b.occurredAt ? -1 : 1;
  return a.id > b.id ? -1 : 1;
}
