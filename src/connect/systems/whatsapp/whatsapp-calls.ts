import { z } from "zod";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { eventItem } from "../../reading/event-item";
import { detail, epochSeconds, id, personId } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { completed, conversationOf, subjectOf, type WhatsappNumber, type WhatsappPerson } from "./whatsapp-person";

const call = z.object({
  id,
  event: z.string(),
  timestamp: epochSeconds,
  direction: z.string().optional(),
  from: personId.optional(),
  to: personId.optional(),
  status: detail,
  /** In seconds. */
  duration: z.number().optional().catch(undefined),
  start_time: epochSeconds.optional().catch(undefined),
});

/** A call is told when it has ended, once. */
export function readWhatsappCalls(
  calls: readonly unknown[],
  number: WhatsappNumber,
  contacts: readonly WhatsappPerson[],
): Item[] {
  return readParts(calls, call, (told, payload) => {
    if (told.event === "connect") return [];
    if (told.event !== "terminate") return unknownItem(`call ${told.event}`, payload);
    const outbound = told.direction === "BUSINESS_INITIATED";
    const subject = subjectOf(completed({ waId: outbound ? told.to : told.from }, contacts));
    if (subject === null) return unknownItem("call without a caller", payload);
    return eventItem(
      {
        messageId: told.id,
        source: number.source,
        channel: Channel.WHATSAPP,
        kind: InteractionKind.CALL,
        direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
        occurredAt: told.start_time ?? told.timestamp,
        conversationKey: conversationOf(number, subject.key!, undefined),
        actor: outbound ? number.actor : undefined,
        subject,
        data: { type: "call", status: told.status, durationSeconds: told.duration },
      },
      payload,
    );
  });
}
