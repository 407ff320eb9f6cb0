import { z } from "zod";
import type { Instant } from "../../../db/column-types";
import { Channel, Direction, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, type EventDraft, eventItem } from "../../reading/event-item";
import { detail, epochSeconds, id } from "../../reading/payload-fields";
import { readPart, unknownItem, unreadableItem } from "../../reading/read-parts";
import { sharedNumber, type TelegramMessage, telegramMessage, whatIsSaid } from "./telegram-message";
import { isPublic, subjectOf, type TelegramChat, telegramChat, telegramUser } from "./telegram-person";

export interface TelegramContext {
  readonly source: string;
  /** The time of what has none: a button pressed, messages deleted. */
  readonly receivedAt: Instant;
}

/** Each update tells of one thing, in the field named after it. */
export function readTelegramUpdate(value: unknown, context: TelegramContext): readonly Item[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [unreadableItem("The body is no update.", value)];
  }
  const [type, about] = Object.entries(value).find(([name]) => name !== "update_id") ?? ["nothing", undefined];
  switch (type) {
    case "message":
    case "edited_message":
      return readPart(about, telegramMessage, (message) => ofMessage(message, context, value));
    case "business_message":
    case "edited_business_message":
      return readPart(about, telegramMessage, (message) => ofBusiness(message, context, value));
    case "deleted_business_messages":
      return readPart(about, deletion, (gone) => ofDeletion(gone, context, value));
    case "callback_query":
      return readPart(about, pressed, (button) => ofButton(button, context, value));
    case "message_reaction":
      return readPart(about, reaction, (reacted) => ofReaction(reacted, context, value));
    case "my_chat_member":
      return readPart(about, membership, (changed) => ofMembership(changed, context, value));
    default:
      return [unknownItem(type, value)];
  }
}

const pressed = z.object({
  id,
  from: telegramUser,
  message: z.object({ message_id: id, chat: telegramChat }).optional(),
  data: detail,
});

const reaction = z.object({
  chat: telegramChat,
  message_id: id,
  user: telegramUser.optional(),
  date: epochSeconds,
  new_reaction: z.array(z.object({ type: detail, emoji: detail, custom_emoji_id: detail })),
});

const deletion = z.object({ chat: telegramChat, message_ids: z.array(id).max(1000) });

const membership = z.object({
  chat: telegramChat,
  from: telegramUser,
  date: epochSeconds,
  new_chat_member: z.object({ status: z.string() }),
});

function ofMessage(message: TelegramMessage, context: TelegramContext, payload: unknown): Item {
  const { from, chat } = message;
  const said = whatIsSaid(message);
  // In the name of a group or channel, or by a bot: no customer.
  if (said === null || from === undefined || from.is_bot === true || message.sender_chat !== undefined) {
    return unknownItem("message", payload);
  }
  const subject = subjectOf(from);
  return eventItem(
    {
      ...placeOf(chat, from.id, context),
      ...edition(message, said),
      subject: { ...subject, identifiers: [...subject.identifiers, ...sharedNumber(message)] },
    },
    payload,
  );
}

/** In the chat of a business account with a customer, what is not the customer's is the company's. */
function ofBusiness(message: TelegramMessage, context: TelegramContext, payload: unknown): Item {
  const { from, chat } = message;
  const said = whatIsSaid(message);
  if (said === null || from === undefined || chat.type !== "private") return unknownItem("business_message", payload);
  const outbound = from.id !== chat.id;
  return eventItem(
    {
      ...placeOf(chat, chat.id, context),
      ...edition(message, said),
      direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
      actor: outbound ? from.id : undefined,
      subject: subjectOf(outbound ? chat : from),
    },
    payload,
  );
}

/** By the customer or the company: Telegram does not say who. */
function ofDeletion(
  { chat, message_ids: gone }: z.output<typeof deletion>,
  context: TelegramContext,
  payload: unknown,
): Item[] {
  if (chat.type !== "private") return [unknownItem("deleted_business_messages", payload)];
  return gone.map((messageId) =>
    eventItem(
      {
        ...placeOf(chat, chat.id, context),
        messageId: compositeId(chat.id, messageId, "deleted"),
        kind: InteractionKind.STATUS_CHANGE,
        occurredAt: context.receivedAt,
        subject: subjectOf(chat),
        data: { type: "message_deleted", deletes: compositeId(chat.id, messageId) },
      },
      payload,
    ),
  );
}

function ofButton(
  { id: key, from, message, data }: z.output<typeof pressed>,
  context: TelegramContext,
  payload: unknown,
): Item {
  if (message === undefined || from.is_bot === true) return unknownItem("callback_query", payload);
  return eventItem(
    {
      ...placeOf(message.chat, from.id, context),
      messageId: compositeId("callback", key),
      occurredAt: context.receivedAt,
      subject: subjectOf(from),
      data: { type: "callback_query", pressed: data, on: message.message_id },
    },
    payload,
  );
}

function ofReaction(reacted: z.output<typeof reaction>, context: TelegramContext, payload: unknown): Item {
  const { user, chat, message_id: on, date, new_reaction: reactions } = reacted;
  if (user === undefined || user.is_bot === true) return unknownItem("message_reaction", payload);
  return eventItem(
    {
      ...placeOf(chat, user.id, context),
      messageId: compositeId("reaction", chat.id, on, user.id, String(Date.parse(date))),
      kind: InteractionKind.OTHER,
      occurredAt: date,
      subject: subjectOf(user),
      data: { type: "message_reaction", reactsTo: on, reactions },
    },
    payload,
  );
}

/** A customer who stops the bot, or starts it again. */
function ofMembership(changed: z.output<typeof membership>, context: TelegramContext, payload: unknown): Item {
  const { chat, from, date, new_chat_member: now } = changed;
  if (chat.type !== "private") return unknownItem("my_chat_member", payload);
  return eventItem(
    {
      ...placeOf(chat, from.id, context),
      messageId: compositeId("member", chat.id, now.status, String(Date.parse(date))),
      kind: InteractionKind.STATUS_CHANGE,
      occurredAt: date,
      subject: subjectOf(from),
      data: { type: "my_chat_member", status: now.status },
    },
    payload,
  );
}

/** A closed group is one conversation; what is said where anybody can read it goes on with the same person in private. */
function placeOf(chat: TelegramChat, userId: string, { source }: TelegramContext) {
  const closedGroup = chat.type !== "private" && !isPublic(chat);
  return {
    source,
    channel: Channel.TELEGRAM,
    visibility: isPublic(chat) ? Visibility.PUBLIC : Visibility.PRIVATE,
    conversationKey: closedGroup ? compositeId("telegram", "group", chat.id) : compositeId("telegram", userId),
  };
}

/** Ids of messages are unique in their chat. Ids of updates are not used: after a quiet week Telegram draws them anew. */
function edition(message: TelegramMessage, said: Pick<EventDraft, "kind" | "text" | "data">) {
  const first = compositeId(message.chat.id, message.message_id);
  const { edit_date: edited, date } = message;
  if (edited === undefined) return { ...said, messageId: first, occurredAt: date };
  const data = { ...(said.data as object), edits: first };
  return { ...said, data, messageId: compositeId(first, "edit", String(Date.parse(edited))), occurredAt: edited };
}
