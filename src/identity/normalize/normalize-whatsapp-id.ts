import { trimText } from "./fold-text";
import { foldPhone, normalizePhone } from "./normalize-phone";

/** Identifiers of people who hide their number: country, a dot, letters and digits (business-scoped user ids). */
const BUSINESS_SCOPED_ID = /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/;
const CHAT_ADDRESS = /@(?:c\.us|s\.whatsapp\.net)$/;
const PHONE_LIKE = /^\+?[0-9 ().-]+$/;
/** E.164 allows 15 digits; fewer than 7 are no subscriber of any country. */
const DIGITS = /^[1-9][0-9]{6,14}$/;

/** WhatsApp's own form of a number, country code first and digits only, or a business-scoped id as it is; else null. */
export function normalizeWhatsappId(text: string, defaultCountry: string | null): string | null {
  const trimmed = trimText(text);
  if (BUSINESS_SCOPED_ID.test(trimmed)) return trimmed;
  const folded = foldPhone(text).replace(CHAT_ADDRESS, "");
  if (!PHONE_LIKE.test(folded)) return null;
  // An id never starts with a zero: somebody copied the number as it is dialled.
  const digits = folded.startsWith("0") ? normalizePhone(folded, defaultCountry) : folded;
  const id = digits?.replace(/[^0-9]/g, "") ?? "";
  return DIGITS.test(id) ? id : null;
}
