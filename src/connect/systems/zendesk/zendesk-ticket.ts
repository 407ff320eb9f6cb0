import { z } from "zod";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, type EventDraft, eventItem } from "../../reading/event-item";
import { detail, id, personId, text } from "../../reading/payload-fields";
import { readPart, unknownItem } from "../../reading/read-parts";
import type { ZendeskEvent } from "./zendesk-event";

const ticket = z.object({
  id,
  subject: text.nullable(),
  description: text.nullable(),
  status: detail.nullable(),
  priority: detail.nullable(),
  requester_id: personId.optional().catch(undefined),
  via: z.object({ channel: detail }).nullish().catch(undefined),
});

const comment = z.object({
  id,
  body: text.nullable(),
  is_public: z.boolean(),
  author: z.object({ id: personId, is_staff: z.boolean().optional(), name: detail }),
});

type Ticket = z.output<typeof ticket>;

const CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ["email", Channel.EMAIL],
  ["web", Channel.WEB],
  ["web_form", Channel.WEB],
  ["help_center", Channel.WEB],
  ["web_widget", Channel.WEB_CHAT],
  ["chat", Channel.WEB_CHAT],
  ["native_messaging", Channel.WEB_CHAT],
  ["mobile", Channel.MOBILE_APP],
  ["mobile_sdk", Channel.MOBILE_APP],
  ["voice", Channel.PHONE],
  ["phone", Channel.PHONE],
  ["sms", Channel.SMS],
  ["facebook", Channel.FACEBOOK],
  ["messenger", Channel.FACEBOOK],
  ["instagram_dm", Channel.INSTAGRAM],
  ["twitter", Channel.X],
  ["twitter_dm", Channel.X],
  ["whatsapp", Channel.WHATSAPP],
  ["line", Channel.LINE],
  ["telegram", Channel.TELEGRAM],
]);

/** What happened to a ticket, on the timeline of its requester; a comment on that of the customer who wrote it. */
export function readZendeskTicket(
  happened: string,
  told: ZendeskEvent,
  source: string,
  payload: unknown,
): readonly Item[] {
  return readPart(told.detail, ticket, (about) => {
    if (happened === "comment_added") {
      return readPart(told.event?.comment, comment, (said) => commentItem(said, about, told, source, payload));
    }
    if (about.requester_id === undefined) return unknownItem(told.type, payload);
    const { subject, status, priority } = about;
    const draft = common(about, about.requester_id, told, source);
    switch (happened) {
      case "created":
        // Its first comment is told by an event of its own, which carries the words.
        return eventItem(
          {
            ...draft,
            kind: InteractionKind.STATUS_CHANGE,
            text: subject || null,
            data: { type: happened, status, priority, description: about.description },
          },
          payload,
        );
      case "status_changed":
        return eventItem(
          {
            ...draft,
            kind: InteractionKind.STATUS_CHANGE,
            direction: Direction.INTERNAL,
            data: { type: happened, from: told.event?.previous, to: told.event?.current },
          },
          payload,
        );
      default:
        return unknownItem(told.type, payload);
    }
  });
}

function commentItem(
  said: z.output<typeof comment>,
  about: Ticket,
  told: ZendeskEvent,
  source: string,
  payload: unknown,
): Item {
  const ofStaff = said.author.is_staff === true;
  const customer = ofStaff ? about.requester_id : said.author.id;
  if (customer === undefined) return unknownItem(told.type, payload);
  const isNote = ofStaff && !said.is_public;
  return eventItem(
    {
      ...common(about, customer, told, source),
      kind: isNote ? InteractionKind.NOTE : InteractionKind.MESSAGE,
      direction: isNote ? Direction.INTERNAL : ofStaff ? Direction.OUTBOUND : Direction.INBOUND,
      actor: ofStaff ? String(said.author.name ?? said.author.id).slice(0, 512) : null,
      text: said.body || null,
      data: { type: "comment_added", commentId: said.id, ticketSubject: about.subject },
    },
    payload,
  );
}

function common(about: Ticket, customer: string, told: ZendeskEvent, source: string): EventDraft {
  return {
    messageId: told.id,
    source,
    channel: CHANNELS.get(String(about.via?.channel ?? "").toLowerCase()) ?? Channel.CRM,
    occurredAt: told.time,
    conversationKey: compositeId(source, "ticket", about.id),
    subject: {
      key: customer,
      identifiers: [{ kind: "CRM_ID", namespace: source, value: customer, assurance: "VERIFIED" }],
    },
  };
}
