import { z } from "zod";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { type EventDraft, eventItem, identifier } from "../../reading/event-item";
import { detail, epochSeconds, id, personId } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { completed, conversationOf, subjectOf, type WhatsappNumber, type WhatsappPerson } from "./whatsapp-person";
import { whatsappWords } from "./whatsapp-words";

const anything = z.unknown().optional();

const content = z.looseObject({
  id,
  timestamp: epochSeconds,
  type: z.string(),
  group_id: id.optional(),
  context: z
    .object({ id: detail, from: detail, forwarded: detail, referred_product: anything })
    .optional()
    .catch(undefined),
  referral: anything,
  reaction: z.object({ message_id: id, emoji: detail }).optional(),
  revoke: z.object({ original_message_id: id }).optional(),
  edit: z.object({ original_message_id: id, message: z.looseObject({ type: detail }).optional() }).optional(),
  system: z
    .object({
      type: detail,
      body: detail,
      wa_id: personId.optional(),
      new_wa_id: personId.optional(),
      user_id: personId.optional(),
      previous_user_id: personId.optional(),
    })
    .optional(),
});

type Content = z.output<typeof content>;

const inbound = content.extend({ from: personId.optional(), from_user_id: personId.optional() });
const echo = content.extend({ from: detail, to: personId.optional(), to_user_id: personId.optional() });

export function readMessages(
  messages: readonly unknown[],
  number: WhatsappNumber,
  contacts: readonly WhatsappPerson[],
): Item[] {
  return readParts(messages, inbound, (message, payload) => {
    const person = completed({ waId: message.from, userId: message.from_user_id }, contacts);
    return itemOf(message, person, number, {}, payload);
  });
}

/** What the company wrote in the WhatsApp Business app. */
export function readEchoes(
  echoes: readonly unknown[],
  number: WhatsappNumber,
  contacts: readonly WhatsappPerson[],
): Item[] {
  return readParts(echoes, echo, (message, payload) => {
    const person = completed({ waId: message.to, userId: message.to_user_id }, contacts);
    const actor = message.from === undefined ? number.actor : String(message.from);
    return itemOf(message, person, number, { direction: Direction.OUTBOUND, actor }, payload);
  });
}

function itemOf(
  message: Content,
  person: WhatsappPerson,
  number: WhatsappNumber,
  direction: Partial<EventDraft>,
  payload: unknown,
): Item {
  const subject = subjectOf(person);
  if (subject === null) return unknownItem("message without a sender", payload);
  const draft: EventDraft = {
    messageId: message.id,
    source: number.source,
    channel: Channel.WHATSAPP,
    occurredAt: message.timestamp,
    conversationKey: conversationOf(number, subject.key!, message.group_id),
    subject: message.system
      ? { ...subject, identifiers: [...subject.identifiers, ...renamed(message.system)] }
      : subject,
    ...direction,
    ...whatIsSaid(message),
  };
  return eventItem(draft, payload);
}

function whatIsSaid(message: Content): Pick<EventDraft, "kind" | "text" | "data"> {
  const { type, context, referral } = message;
  const about = { type, context, referral };
  if (message.reaction) {
    const data = { ...about, reactsTo: message.reaction.message_id, emoji: message.reaction.emoji };
    return { kind: InteractionKind.OTHER, data };
  }
  if (message.revoke) {
    return { kind: InteractionKind.STATUS_CHANGE, data: { ...about, deletes: message.revoke.original_message_id } };
  }
  if (message.edit) {
    const data = { ...about, edits: message.edit.original_message_id };
    return { text: whatsappWords(message.edit.message ?? {}), data };
  }
  if (message.system) {
    return { kind: InteractionKind.STATUS_CHANGE, data: { ...about, system: message.system } };
  }
  const comesWithIt = type !== "text" && Object.hasOwn(message, type) ? { content: message[type] } : {};
  return { text: whatsappWords(message), data: { ...about, ...comesWithIt } };
}

/** Whoever takes a new number stays the same person, by the word of WhatsApp itself. */
function renamed({ wa_id, new_wa_id, user_id, previous_user_id }: NonNullable<Content["system"]>) {
  const ids = [wa_id, new_wa_id, user_id, previous_user_id].filter((value) => value !== undefined);
  return ids.map((value) => identifier("WHATSAPP_ID", value, "VERIFIED"));
}
