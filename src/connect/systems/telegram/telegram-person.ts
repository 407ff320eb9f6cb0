import { z } from "zod";
import { type EventDraft, identifier } from "../../reading/event-item";
import { detail, displayName, id, personId } from "../../reading/payload-fields";

export const telegramUser = z.object({
  id: personId,
  is_bot: z.boolean().optional(),
  first_name: displayName,
  last_name: displayName,
  username: displayName,
  language_code: displayName,
});

/** A private chat has the id of the person on its other side. */
export const telegramChat = z
  .object({
    id,
    type: z.string(),
    title: detail,
    username: displayName,
    first_name: displayName,
    last_name: displayName,
  })
  .refine(({ id: key, type }) => type !== "private" || personId.safeParse(key).success, "is nobody's");

export type TelegramUser = z.output<typeof telegramUser>;
export type TelegramChat = z.output<typeof telegramChat>;

export function subjectOf(user: TelegramUser | TelegramChat): EventDraft["subject"] {
  const { id: key, first_name: givenName, last_name: familyName, username } = user;
  const named = [givenName, familyName].filter((name) => name !== undefined).join(" ");
  const entries = Object.entries({
    displayName: named === "" ? username : named.slice(0, 500),
    givenName,
    familyName,
    telegramUsername: username,
    language: "language_code" in user ? user.language_code : undefined,
  }).filter(([, value]) => value !== undefined);
  return {
    key,
    identifiers: [identifier("TELEGRAM_ID", key, "VERIFIED")],
    attributes: entries.length === 0 ? undefined : Object.fromEntries(entries),
  };
}

/** A group with a name of its own can be read by anybody. */
export function isPublic({ type, username }: TelegramChat): boolean {
  return type !== "private" && username !== undefined;
}
