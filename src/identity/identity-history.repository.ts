import { v7 as uuidv7 } from "uuid";
import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

export type IdentityEventKind = "MERGED" | "SPLIT" | "RULED" | "RULING_REVOKED";

/** One entry of the history of how customers came to be one, or several. */
export interface IdentityEvent {
  readonly kind: IdentityEventKind;
  readonly position: number;
  readonly at: Instant;
  readonly rulingId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  /** Every profile id concerned, the one that goes on first. */
  readonly profileIds: readonly string[];
  readonly evidence: readonly object[];
}

const INSERT_EVENTS = statement(
  "identity.insertEvents",
  `insert into identity_events as e
     (tenant_id, event_id, position, kind, at, ruling_id, actor, reason, profile_ids, evidence)
   select f.tenant_id, u.event_id, u.position, u.kind, u.at, u.ruling_id, u.actor, u.reason,
     u.profile_ids::uuid[], u.evidence::jsonb
   from feeds f
   cross join unnest($2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[],
     $9::text[], $10::text[])
     u(event_id, position, kind, at, ruling_id, actor, reason, profile_ids, evidence)
   where f.tenant_id = $1
   returning 1`,
);

const INSERT_EVENT_PROFILES = statement(
  "identity.insertEventProfiles",
  `insert into identity_event_profiles as e (tenant_id, profile_id, position, event_id)
   select f.tenant_id, u.profile_id, u.position, u.event_id
   from feeds f cross join unnest($2::uuid[], $3::bigint[], $4::uuid[]) u(profile_id, position, event_id)
   where f.tenant_id = $1
   returning 1`,
);

export async function appendIdentityEvents(tx: Transaction, events: readonly IdentityEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({ ...event, id: uuidv7() }));
  const concerned = rows.flatMap((row) => row.profileIds.map((profileId) => ({ profileId, row })));
  await Promise.all([
    tx.query(INSERT_EVENTS, [
      tx.tenantId,
      rows.map((row) => row.id),
      rows.map((row) => row.position),
      rows.map((row) => row.kind),
      rows.map((row) => row.at),
      rows.map((row) => row.rulingId),
      rows.map((row) => row.actor),
      rows.map((row) => row.reason),
      rows.map((row) => `{${row.profileIds.join(",")}}`),
      rows.map((row) => JSON.stringify(row.evidence)),
    ]),
    tx.query(INSERT_EVENT_PROFILES, [
      tx.tenantId,
      concerned.map(({ profileId }) => profileId),
      concerned.map(({ row }) => row.position),
      concerned.map(({ row }) => row.id),
    ]),
  ]);
}
