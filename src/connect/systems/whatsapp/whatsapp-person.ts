import { z } from "zod";
import type { EventDraft } from "../../reading/event-item";
import { compositeId, identifier } from "../../reading/event-item";
import { displayName, personId } from "../../reading/payload-fields";

/** A number of the company. */
export interface WhatsappNumber {
  readonly source: string;
  readonly phoneNumberId: string;
  readonly actor: string | undefined;
}

/** A person as WhatsApp knows them: by their number, or by an id of this business where they keep the number to themselves. */
export interface WhatsappPerson {
  readonly waId?: string;
  readonly userId?: string;
  readonly name?: string;
}

const contact = z.object({
  wa_id: personId.optional(),
  user_id: personId.optional(),
  profile: z.object({ name: displayName }).optional().catch(undefined),
});

const NUMBER = /^[1-9][0-9]{6,14}$/;

/** Contacts decorate messages: one that cannot be read is passed over. */
export function readContacts(contacts: readonly unknown[]): WhatsappPerson[] {
  return contacts.flatMap((payload) => {
    const result = contact.safeParse(payload);
    if (!result.success) return [];
    const { wa_id: waId, user_id: userId, profile } = result.data;
    return [{ waId, userId, name: profile?.name }];
  });
}

/** What a message says of its person, completed by the contact that is the same. */
export function completed(person: WhatsappPerson, contacts: readonly WhatsappPerson[]): WhatsappPerson {
  const same = contacts.find(
    ({ waId, userId }) =>
      (waId !== undefined && waId === person.waId) || (userId !== undefined && userId === person.userId),
  );
  return {
    waId: person.waId ?? same?.waId,
    userId: person.userId ?? same?.userId,
    name: same?.name,
  };
}

/** The number is what WhatsApp checked when the account was opened. Null when nothing says who it is. */
export function subjectOf({ waId, userId, name }: WhatsappPerson): EventDraft["subject"] | null {
  const key = waId ?? userId;
  if (key === undefined) return null;
  const identifiers = [
    ...(waId === undefined ? [] : [identifier("WHATSAPP_ID", waId, "VERIFIED")]),
    ...(userId === undefined ? [] : [identifier("WHATSAPP_ID", userId, "VERIFIED")]),
    ...(waId !== undefined && NUMBER.test(waId) ? [identifier("PHONE", `+${waId}`, "VERIFIED")] : []),
  ];
  return { key, identifiers, attributes: name === undefined ? undefined : { displayName: name } };
}

export function conversationOf(number: WhatsappNumber, key: string, groupId: string | undefined): string {
  if (groupId !== undefined) return compositeId("whatsapp", "group", groupId);
  return compositeId("whatsapp", number.phoneNumberId, key);
}
