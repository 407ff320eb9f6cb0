import { MAX as LAST_ID, v7 as uuidv7 } from "uuid";
import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { KeptEvidence } from "../explain/explain-told";

export type IdentityEventKind = "MERGED" | "SPLIT" | "RULED" | "RULING_REVOKED";

/** One entry of the history of how customers came to be one, or several. */
interface IdentityEvent {
  readonly kind: IdentityEventKind;
  readonly rulingId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  /** Every profile id concerned, the one that goes on first. */
  readonly profileIds: readonly string[];
  readonly evidence: readonly object[];
}

/** One that is about to be written: of the positions just taken so many are behind its own. */
export interface NewIdentityEvent extends IdentityEvent {
  readonly behind: number;
}

const INSERT_EVENTS = statement(
  "identity.insertEvents",
  `with u as materialized (
     select f.tenant_id, n.event_id, f.position - n.behind as position, n.kind, f.at, n.ruling_id, n.actor, n.reason,
       n.profile_ids::uuid[] as profile_ids, n.evidence::jsonb as evidence
     from feeds f
     cross join unnest($2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[])
       n(event_id, behind, kind, ruling_id, actor, reason, profile_ids, evidence)
     where f.tenant_id = $1),
   concerned as (
     insert into identity_event_profiles as p (tenant_id, profile_id, position, event_id)
     select u.tenant_id, c.profile_id, u.position, u.event_id from u cross join unnest(u.profile_ids) c(profile_id))
   insert into identity_events as e
     (tenant_id, event_id, position, kind, at, ruling_id, actor, reason, profile_ids, evidence)
   select u.tenant_id, u.event_id, u.position, u.kind, u.at, u.ruling_id, u.actor, u.reason, u.profile_ids, u.evidence
   from u
   returning 1`,
);

/** To be sent with the counter of the feed held: position and time are read there. */
export async function appendIdentityEvents(tx: Transaction, events: readonly NewIdentityEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(INSERT_EVENTS, [
    tx.tenantId,
    events.map(() => uuidv7()),
    events.map((event) => event.behind),
    events.map((event) => event.kind),
    events.map((event) => event.rulingId),
    events.map((event) => event.actor),
    events.map((event) => event.reason),
    events.map((event) => `{${event.profileIds.join(",")}}`),
    events.map((event) => JSON.stringify(event.evidence)),
  ]);
}

/** An entry as it was kept; its evidence is whatever `describeEvidence` wrote. */
export interface StoredIdentityEvent extends Omit<IdentityEvent, "evidence"> {
  readonly id: string;
  readonly position: number;
  readonly at: Instant;
  readonly evidence: readonly KeptEvidence[];
}

/** Where an entry stands in a history: newest first, the greater id first at one position. */
export interface IdentityEventPlace {
  readonly position: number;
  readonly id: string;
}

const LIST_EVENTS = statement(
  "identity.listEvents",
  `select h.place::integer as place, e.event_id as id, e.position, e.kind, e.at, e.ruling_id as "rulingId", e.actor,
     e.reason, e.profile_ids as "profileIds", e.evidence
   from (
     select d.place, d.position, d.event_id,
       row_number() over (partition by d.place order by d.position desc, d.event_id desc) as nth
     from (
       select distinct u.place, p.position, p.event_id
       from unnest($2::integer[], $3::uuid[]) u(place, profile_id)
       cross join lateral (
         select i.position, i.event_id from identity_event_profiles i
         where i.tenant_id = $1 and i.profile_id = u.profile_id
           and (i.position, i.event_id) < ($4::bigint, $5::uuid)
         order by i.position desc, i.event_id desc limit $6) p) d) h
   join identity_events e on e.tenant_id = $1 and e.event_id = h.event_id
   where h.nth <= $6
   order by h.place, h.position desc, h.event_id desc`,
);

/** Before the first entry of every history. */
const NEWEST_FIRST: IdentityEventPlace = { position: Number.MAX_SAFE_INTEGER, id: LAST_ID };

/** For each list of ids (all that one customer has): what concerned any of them, newest first, after the place named. */
export async function listIdentityEvents(
  tx: Transaction,
  idLists: readonly (readonly string[])[],
  after: IdentityEventPlace | null,
  limit: number,
): Promise<StoredIdentityEvent[][]> {
  const { position, id: eventId } = after ?? NEWEST_FIRST;
  const asked = idLists.flatMap((ids, place) => ids.map((id) => ({ place, id })));
  const rows = await tx.query<StoredIdentityEvent & { place: number }>(LIST_EVENTS, [
    tx.tenantId,
    asked.map(({ place }) => place),
    asked.map(({ id }) => id),
    position,
    eventId,
    limit,
  ]);
  const events: StoredIdentityEvent[][] = idLists.map(() => []);
  for (const { place, ...event } of rows) events[place]!.push(event);
  return events;
}
