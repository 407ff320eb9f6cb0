import { Channel } from "../../../timeline/interaction.type";
import { type EventDraft, identifier } from "../../reading/event-item";
import { personId } from "../../reading/payload-fields";

/** The form fields of a request of Twilio. */
export type TwilioForm = Readonly<Record<string, string>>;

export interface TwilioContext {
  readonly source: string;
  readonly receivedAt: string;
}

/** The customer's end of a message, as Twilio writes its address. */
export interface TwilioParty {
  readonly channel: Channel;
  readonly subject: EventDraft["subject"];
}

const ADDRESS = /^(?:([a-z]+):)?([^:\n]{1,200})$/;
const NUMBER = /^\+[1-9][0-9]{6,14}$/;
/** What stands for a caller who hides their number, typed on the keys of a telephone. */
const HIDDEN: ReadonlySet<string> = new Set(
  ["266696687", "7378742833", "86282452253", "2562533", "8656696"].map((keys) => `+${keys}`),
);

/** Null for an address of a kind that names no customer. A short code or a sender's name is a key, but identifies nobody elsewhere. */
export function partyOf(address: string): TwilioParty | null {
  const [, scheme, value = ""] = ADDRESS.exec(address.trim()) ?? [];
  if (!personId.safeParse(value).success || HIDDEN.has(value)) return null;
  const isNumber = NUMBER.test(value);
  const phone = isNumber ? [identifier("PHONE", value, "VERIFIED")] : [];
  switch (scheme) {
    case undefined:
      return { channel: Channel.SMS, subject: { key: value, identifiers: phone } };
    case "whatsapp": {
      const id = identifier("WHATSAPP_ID", isNumber ? value.slice(1) : value, "VERIFIED");
      return { channel: Channel.WHATSAPP, subject: { key: address, identifiers: [id, ...phone] } };
    }
    case "messenger":
      return {
        channel: Channel.FACEBOOK,
        subject: { key: address, identifiers: [identifier("FACEBOOK_ID", value, "VERIFIED")] },
      };
    default:
      return null;
  }
}

/** Of a telephone call; null for whoever has no number, or hides it. */
export function callerOf(number: string, proven: boolean): EventDraft["subject"] | null {
  if (!NUMBER.test(number) || HIDDEN.has(number)) return null;
  return { key: number, identifiers: [identifier("PHONE", number, proven ? "VERIFIED" : "ASSERTED")] };
}
