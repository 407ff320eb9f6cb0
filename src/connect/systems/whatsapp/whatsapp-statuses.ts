import { z } from "zod";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem } from "../../reading/event-item";
import { detail, epochSeconds, id, personId } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { conversationOf, subjectOf, type WhatsappNumber } from "./whatsapp-person";

const status = z.object({
  id,
  status: z.string(),
  timestamp: epochSeconds,
  recipient_id: personId.optional(),
  recipient_user_id: personId.optional(),
  errors: z
    .array(z.object({ code: detail, title: detail }))
    .optional()
    .catch(undefined),
});

/** Of the receipts only those of messages that never arrived: an agent has to see them. */
export function readFailures(statuses: readonly unknown[], number: WhatsappNumber): Item[] {
  return readParts(statuses, status, (receipt, payload) => {
    if (receipt.status !== "failed") return [];
    const subject = subjectOf({ waId: receipt.recipient_id, userId: receipt.recipient_user_id });
    if (subject === null) return unknownItem("failed message without a recipient", payload);
    return eventItem(
      {
        messageId: compositeId(receipt.id, "failed"),
        source: number.source,
        channel: Channel.WHATSAPP,
        kind: InteractionKind.STATUS_CHANGE,
        direction: Direction.OUTBOUND,
        occurredAt: receipt.timestamp,
        conversationKey: conversationOf(number, subject.key!, undefined),
        actor: number.actor,
        subject,
        data: { type: "failed", failed: receipt.id, errors: receipt.errors },
      },
      payload,
    );
  });
}
