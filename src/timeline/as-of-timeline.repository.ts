import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { Interaction } from "./interaction.type";
import { BEFORE_ALL, INTERACTION_COLUMNS, TimelineSlice } from "./timeline.repository";

/*
 * As the present timeline: a page of each record by index, merged. What was received later is passed over on the way, so
 * a page costs what happened since the moment on these records and was received after it, beside the page itself.
 */
const PAGE = statement(
  "timeline.asOfPage",
  `select newest.* from unnest($2::uuid[]) m(record_id)
   cross join lateral (
     select ${INTERACTION_COLUMNS} from interactions x
     where x.tenant_id = $1 and x.record_id = m.record_id and (x.occurred_at, x.interaction_id) < ($3, $4)
       and x.received_at <= $5
       and ($6::text[] is null or x.channel = any($6))
       and ($7::text[] is null or x.kind = any($7))
       and ($8::text[] is null or x.direction = any($8))
       and ($9::text is null or x.visibility = $9)
       and ($10::text is null or position(lower($10) in lower(x.text)) > 0)
       and ($11::text is null or x.conversation_key = $11)
       and ($12::timestamptz is null or x.occurred_at >= $12)
       and ($13::timestamptz is null or x.occurred_at < $13)
     order by x.occurred_at desc, x.interaction_id desc limit $14) newest
   order by newest."occurredAt" desc, newest.id desc limit $14`,
);

/** The slice of these records' timelines, newest first, of what had been received by the moment. */
export function listTimelineAsOf(
  tx: Transaction,
  recordIds: readonly string[],
  { after, filter, limit }: TimelineSlice,
  receivedThrough: Instant,
): Promise<Interaction[]> {
  const { occurredAt, id } = after ?? BEFORE_ALL;
  return tx.query<Interaction>(PAGE, [
    tx.tenantId,
    recordIds,
    occurredAt,
    id,
    receivedThrough,
    filter?.channels ?? null,
    filter?.kinds ?? null,
    filter?.directions ?? null,
    filter?.visibility ?? null,
    filter?.text || null,
    filter?.conversationKey ?? null,
    filter?.from ?? null,
    filter?.to ?? null,
    limit,
  ]);
}
