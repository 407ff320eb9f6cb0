import { z } from "zod";
import type { IdentifierInput } from "../../../identity/identifier-input.type";
import type { IdentifierKind } from "../../../identity/identifier-kind";
import { Channel, Direction, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, type EventDraft, eventItem, identifier } from "../../reading/event-item";
import { detail, epochMilliseconds, id, personId, text } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import type { MetaEntry } from "./meta-webhook";

/** Private messages of Messenger and of Instagram, which have one form. */
export interface MetaInbox {
  readonly source: string;
  readonly channel: Channel.FACEBOOK | Channel.INSTAGRAM;
  readonly idKind: IdentifierKind;
}

const anything = z.unknown().optional();
const attachment = z.object({
  type: z.string(),
  payload: z.object({ url: detail, title: detail, id: detail, sticker_id: detail }).optional().catch(undefined),
});

const message = z.object({
  mid: id,
  text,
  is_echo: z.boolean().optional(),
  is_deleted: z.boolean().optional(),
  is_unsupported: detail,
  app_id: detail,
  metadata: detail,
  quick_reply: z.object({ payload: z.string() }).optional().catch(undefined),
  reply_to: anything,
  referral: anything,
  attachments: z.array(attachment).optional().catch(undefined),
});

const messaging = z.object({
  sender: z.object({ id: personId.optional() }).optional(),
  recipient: z.object({ id: personId.optional() }).optional(),
  timestamp: epochMilliseconds,
  message: message.optional(),
  message_edit: z.object({ mid: id, text, num_edit: detail }).optional(),
  postback: z.object({ mid: id.optional(), title: text, payload: detail, referral: anything }).optional(),
  reaction: z.object({ mid: id, action: detail, reaction: detail, emoji: detail }).optional(),
  referral: z.record(z.string(), z.unknown()).optional(),
  account_linking: z.object({ status: z.string(), authorization_code: z.string().min(1).optional() }).optional(),
  pass_thread_control: anything,
  take_thread_control: anything,
  read: anything,
  delivery: anything,
});

type Messaging = z.output<typeof messaging>;
type Said = Pick<EventDraft, "messageId" | "kind" | "direction" | "text" | "data"> & {
  readonly identifiers?: readonly IdentifierInput[];
};

/**
 * Receipts of what the company sent are left out: they say nothing of a customer that the timeline should show.
 *
 * Meta gives a person who comments and a person who writes in private the same id at one page or account, so both are one conversation,
 * and the move from public to private is seen by their visibility.
 */
export function readMessaging({ id: account, messaging: items }: MetaEntry, inbox: MetaInbox): Item[] {
  return readParts(items, messaging, (part, payload) => {
    if (part.read !== undefined || part.delivery !== undefined) return [];
    const echo = part.message?.is_echo === true;
    const customer = echo ? part.recipient?.id : part.sender?.id;
    if (customer === undefined) return unknownItem("message without a sender", payload);
    const said = whatIsSaid(part, customer, inbox);
    if (said === null) return unknownItem(typeOf(payload), payload);
    const { identifiers = [], ...rest } = said;
    const draft: EventDraft = {
      source: inbox.source,
      channel: inbox.channel,
      direction: echo ? Direction.OUTBOUND : Direction.INBOUND,
      occurredAt: part.timestamp,
      conversationKey: metaConversation(inbox.channel, account, customer),
      actor: echo ? account : undefined,
      subject: { key: customer, identifiers: [identifier(inbox.idKind, customer, "VERIFIED"), ...identifiers] },
      ...rest,
    };
    return eventItem(draft, payload);
  });
}

/** What one person and one page or account have to say to each other, in public and in private. */
export function metaConversation(channel: Channel, account: string, customer: string): string {
  return compositeId(channel.toLowerCase(), account, customer);
}

function whatIsSaid(part: Messaging, customer: string, inbox: MetaInbox): Said | null {
  const moment = String(Date.parse(part.timestamp));
  if (part.message) return ofMessage(part.message);
  if (part.message_edit) {
    const { mid, num_edit, text: words } = part.message_edit;
    const data = { type: "message_edit", edits: mid };
    return { messageId: compositeId(mid, "edit", String(num_edit ?? moment)), text: words, data };
  }
  if (part.postback) {
    const { mid, title, payload, referral } = part.postback;
    const data = { type: "postback", payload, referral };
    return { messageId: mid ?? compositeId("postback", customer, moment), text: title, data };
  }
  if (part.reaction) {
    const { mid, action, reaction, emoji } = part.reaction;
    const data = { type: "reaction", reactsTo: mid, action, reaction, emoji };
    return { messageId: compositeId("reaction", mid, customer, moment), kind: InteractionKind.OTHER, data };
  }
  if (part.account_linking) return ofLinking(part.account_linking, compositeId("link", customer, moment), inbox);
  if (part.referral) {
    const data = { type: "referral", referral: part.referral };
    return { messageId: compositeId("referral", customer, moment), kind: InteractionKind.OTHER, data };
  }
  return ofThreadControl(part, compositeId("thread", customer, moment));
}

function ofMessage({ mid, text: words, is_echo: _echo, is_deleted: deleted, ...rest }: z.output<typeof message>): Said {
  if (deleted === true) {
    const data = { type: "message_deleted", deletes: mid };
    return { messageId: compositeId(mid, "deleted"), kind: InteractionKind.STATUS_CHANGE, data };
  }
  return { messageId: mid, text: words, data: { type: "message", ...rest } };
}

/** The code is what the company's own server gave out for one of its users: the record there that carries it is the same person. */
function ofLinking(
  { status, authorization_code: code }: { readonly status: string; readonly authorization_code?: string },
  messageId: string,
  inbox: MetaInbox,
): Said {
  const said = { messageId, kind: InteractionKind.STATUS_CHANGE, data: { type: "account_linking", status } };
  if (status !== "linked" || code === undefined || code.length > 512) return said;
  const namespace = `${inbox.channel.toLowerCase()}-account-link`;
  return { ...said, identifiers: [{ kind: "CUSTOM", namespace, value: code, assurance: "VERIFIED" }] };
}

/** From a bot to a person, or back. */
function ofThreadControl(part: Messaging, messageId: string): Said | null {
  const change = part.pass_thread_control ?? part.take_thread_control;
  if (change === undefined) return null;
  const type = part.pass_thread_control === undefined ? "take_thread_control" : "pass_thread_control";
  return { messageId, kind: InteractionKind.STATUS_CHANGE, direction: Direction.INTERNAL, data: { type, change } };
}

function typeOf(payload: unknown): string {
  const names = Object.keys(payload as object).filter((name) => !["sender", "recipient", "timestamp"].includes(name));
  return names[0] ?? "messaging";
}
