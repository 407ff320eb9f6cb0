import { z } from "zod";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem } from "../../reading/event-item";
import { htmlText } from "../../reading/html-text";
import { detail, epochSeconds, id, parts, personId, text } from "../../reading/payload-fields";
import { readPart, readParts, unknownItem } from "../../reading/read-parts";
import type { IntercomNotification } from "./intercom-notification";

const author = z.object({ type: z.string(), id: personId.optional().catch(undefined), name: detail, email: detail });

/** What is said at the beginning of a conversation, and each thing after it. */
const part = z.object({
  id,
  part_type: z.string().optional(),
  body: text.nullable(),
  subject: text.nullable(),
  created_at: epochSeconds.optional(),
  author,
});

const conversation = z.object({
  id,
  created_at: epochSeconds,
  source: z.looseObject({ type: z.string().optional().catch(undefined) }).nullish(),
  contacts: z
    .object({ contacts: z.array(z.object({ id: personId })) })
    .optional()
    .catch(undefined),
  conversation_parts: z.object({ conversation_parts: parts }).optional(),
});

type Conversation = z.output<typeof conversation>;
type Part = z.output<typeof part>;

const OPENINGS: ReadonlySet<string> = new Set(["conversation.user.created", "conversation.admin.single.created"]);
const CUSTOMERS: ReadonlySet<string> = new Set(["user", "lead", "contact", "visitor"]);

const CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ["conversation", Channel.WEB_CHAT],
  ["email", Channel.EMAIL],
  ["facebook", Channel.FACEBOOK],
  ["instagram", Channel.INSTAGRAM],
  ["twitter", Channel.X],
  ["whatsapp", Channel.WHATSAPP],
  ["sms", Channel.SMS],
  ["phone_call", Channel.PHONE],
  ["push", Channel.MOBILE_APP],
]);

/** The parts that a notification carries. A part is known by its own id, however many notifications carry it. */
export function readIntercomConversation(
  told: IntercomNotification,
  source: string,
  payload: unknown,
): readonly Item[] {
  return readPart(told.data.item, conversation, (talk) => {
    const opening = OPENINGS.has(told.topic) && talk.source ? [talk.source] : [];
    const said = [...opening, ...(talk.conversation_parts?.conversation_parts ?? [])];
    if (said.length === 0) return unknownItem(told.topic, payload);
    return readParts(said, part, (one, partPayload) => itemOf(one, talk, told, source, partPayload));
  });
}

function itemOf(one: Part, talk: Conversation, told: IntercomNotification, source: string, payload: unknown): Item {
  const ofCustomer = CUSTOMERS.has(one.author.type);
  const customer = (ofCustomer ? one.author.id : undefined) ?? talk.contacts?.contacts[0]?.id;
  if (customer === undefined) return unknownItem(told.topic, payload);
  const words = one.body ? htmlText(one.body) : "";
  const subject = one.subject ? htmlText(one.subject) : "";
  const isNote = one.part_type === "note";
  const written = [subject, words].filter((piece) => piece !== "").join("\n\n");
  return eventItem(
    {
      messageId: compositeId("conversation", talk.id, one.id),
      source,
      channel: CHANNELS.get(talk.source?.type ?? "") ?? Channel.WEB_CHAT,
      kind: written === "" ? InteractionKind.STATUS_CHANGE : isNote ? InteractionKind.NOTE : InteractionKind.MESSAGE,
      direction: ofCustomer ? Direction.INBOUND : isNote || written === "" ? Direction.INTERNAL : Direction.OUTBOUND,
      occurredAt: one.created_at ?? talk.created_at,
      conversationKey: compositeId(source, "conversation", talk.id),
      actor: ofCustomer ? null : actorOf(one),
      text: written === "" ? null : written,
      subject: {
        key: customer,
        identifiers: [{ kind: "CRM_ID", namespace: source, value: customer, assurance: "VERIFIED" }],
      },
      data: one.part_type === undefined ? null : { partType: one.part_type },
    },
    payload,
  );
}

function actorOf({ author }: Part): string | null {
  const name = author.name ?? author.id ?? author.type;
  return String(name).slice(0, 512);
}
