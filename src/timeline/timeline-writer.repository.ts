import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { ActivityRow, foldActivity } from "./activity";

/** One interaction as it is stored; `data` is the JSON text that was sent. */
export interface InteractionRow {
  readonly interactionId: string;
  readonly recordId: string;
  readonly source: string;
  readonly messageId: string;
  readonly channel: string;
  readonly kind: string;
  readonly direction: string;
  readonly visibility: string;
  /** Instants carry milliseconds at most: the keyset of a page compares them as they are printed. */
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly conversationKey: string | null;
  readonly actor: string | null;
  readonly text: string | null;
  readonly data: string | null;
}

const APPEND_INTERACTIONS = statement(
  "timeline.appendInteractions",
  `insert into interactions as x (tenant_id, interaction_id, record_id, source, message_id, channel, kind, direction,
     visibility, occurred_at, received_at, conversation_key, actor, text, data)
   select f.tenant_id, u.interaction_id, u.record_id, u.source, u.message_id, u.channel, u.kind, u.direction,
     u.visibility, u.occurred_at, u.received_at, u.conversation_key, u.actor, u.text, u.data::json
   from feeds f
   cross join unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
     $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[])
     u(interaction_id, record_id, source, message_id, channel, kind, direction, visibility, occurred_at, received_at,
       conversation_key, actor, text, data)
   where f.tenant_id = $1
   returning 1`,
);

const RECORD_ACTIVITY = statement(
  "timeline.recordActivity",
  `insert into record_activity as x (tenant_id, record_id, channel, interactions, first_at, last_at)
   select f.tenant_id, u.record_id, u.channel, u.interactions, u.first_at, u.last_at
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::integer[], $5::timestamptz[], $6::timestamptz[])
     u(record_id, channel, interactions, first_at, last_at)
   where f.tenant_id = $1
   on conflict (tenant_id, record_id, channel) do update set
     interactions = x.interactions + excluded.interactions,
     first_at = least(x.first_at, excluded.first_at),
     last_at = greatest(x.last_at, excluded.last_at)`,
);

/** Appends to the timeline. The tenant's feed must exist; the ids must be new, which the ledger of deliveries sees to. */
export async function appendInteractions(tx: Transaction, rows: readonly InteractionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(APPEND_INTERACTIONS, [
    tx.tenantId,
    rows.map((row) => row.interactionId),
    rows.map((row) => row.recordId),
    rows.map((row) => row.source),
    rows.map((row) => row.messageId),
    rows.map((row) => row.channel),
    rows.map((row) => row.kind),
    rows.map((row) => row.direction),
    rows.map((row) => row.visibility),
    rows.map((row) => row.occurredAt),
    rows.map((row) => row.receivedAt),
    rows.map((row) => row.conversationKey),
    rows.map((row) => row.actor),
    rows.map((row) => row.text),
    rows.map((row) => row.data),
  ]);
}

/**
 * Counts interactions and widens first and last seen, per record and channel. Rows of the same record and channel may
 * come several times; they are written once, in the order of their key, so that two writers never wait for each other
 * in a circle.
 */
export async function recordActivity(tx: Transaction, rows: readonly ActivityRow[]): Promise<void> {
  if (rows.length === 0) return;
  const folded = foldActivity(rows);
  await tx.query(RECORD_ACTIVITY, [
    tx.tenantId,
    folded.map((row) => row.recordId),
    folded.map((row) => row.channel),
    folded.map((row) => row.interactions),
    folded.map((row) => row.firstAt),
    folded.map((row) => row.lastAt),
  ]);
}
