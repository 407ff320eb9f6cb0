import { z } from "zod";
import type { IdentifierInput } from "../../../identity/identifier-input.type";
import { InteractionKind } from "../../../timeline/interaction.type";
import { type EventDraft, identifier } from "../../reading/event-item";
import { detail, epochSeconds, id, personId, text } from "../../reading/payload-fields";
import { telegramChat, telegramUser } from "./telegram-person";

const file = z
  .object({
    file_id: id,
    file_unique_id: detail,
    file_name: detail,
    mime_type: detail,
    duration: detail,
    emoji: detail,
  })
  .optional()
  .catch(undefined);

const media = {
  document: file,
  video: file,
  audio: file,
  voice: file,
  video_note: file,
  animation: file,
  sticker: file,
};

export const telegramMessage = z.object({
  message_id: id,
  message_thread_id: detail,
  date: epochSeconds,
  edit_date: epochSeconds.optional(),
  chat: telegramChat,
  from: telegramUser.optional(),
  /** The group or channel in whose name it was sent. */
  sender_chat: z.object({ id }).optional(),
  reply_to_message: z
    .object({ message_id: id, is_automatic_forward: z.boolean().optional() })
    .optional()
    .catch(undefined),
  media_group_id: detail,
  text,
  caption: text,
  photo: z
    .array(z.object({ file_id: id, file_unique_id: detail }))
    .optional()
    .catch(undefined),
  ...media,
  contact: z
    .object({ phone_number: z.string().min(1).max(100), user_id: personId.optional() })
    .optional()
    .catch(undefined),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional().catch(undefined),
  venue: z.object({ title: detail, address: detail }).optional().catch(undefined),
  poll: z.object({ id, question: detail }).optional().catch(undefined),
  new_chat_members: z.array(z.object({ id })).optional().catch(undefined),
  left_chat_member: z.object({ id }).optional().catch(undefined),
});

export type TelegramMessage = z.output<typeof telegramMessage>;

const START = /^\/start(?:@\w+)? ([\w-]{1,64})$/;

/** What it says and brings, or null for a message that only tells of a change to the chat. */
export function whatIsSaid(message: TelegramMessage): Pick<EventDraft, "kind" | "text" | "data"> | null {
  const words = message.text ?? message.caption;
  const { location, venue, poll, contact, new_chat_members: joined, left_chat_member: left } = message;
  if (joined !== undefined || left !== undefined) {
    const members = joined?.map((member) => member.id);
    return {
      kind: InteractionKind.STATUS_CHANGE,
      data: { type: joined ? "joined" : "left", members, member: left?.id },
    };
  }
  const attachments = attachmentsOf(message);
  if ([words, attachments, location, venue, poll, contact].every((part) => part === undefined)) return null;
  const data = {
    type: "message",
    telegramMessageId: message.message_id,
    threadId: message.message_thread_id,
    repliesTo: message.reply_to_message?.message_id,
    mediaGroupId: message.media_group_id,
    startPayload: START.exec(words ?? "")?.[1],
    sharesContact: contact === undefined ? undefined : true,
    attachments,
    location,
    venue,
    poll,
  };
  return { kind: kindOf(message), text: words, data };
}

/** A number that a person shares as their own is what they say; Telegram does not vouch for it. */
export function sharedNumber({ contact, from }: TelegramMessage): IdentifierInput[] {
  if (contact === undefined || contact.user_id !== from?.id) return [];
  const number = contact.phone_number.startsWith("+") ? contact.phone_number : `+${contact.phone_number}`;
  return [identifier("PHONE", number, "CLAIMED")];
}

/** Below a post of a channel, Telegram shows the answers of its group as comments. */
function kindOf({ reply_to_message: post }: TelegramMessage): InteractionKind {
  return post?.is_automatic_forward === true ? InteractionKind.COMMENT : InteractionKind.MESSAGE;
}

function attachmentsOf(message: TelegramMessage): object[] | undefined {
  const names = Object.keys(media) as (keyof typeof media)[];
  const files: object[] = names.flatMap((type) => (message[type] === undefined ? [] : [{ type, ...message[type] }]));
  // A photo comes in several sizes, the largest last.
  const photo = message.photo?.at(-1);
  if (photo !== undefined) files.push({ type: "photo", ...photo });
  return files.length === 0 ? undefined : files;
}
