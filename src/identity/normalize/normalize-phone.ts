import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { asciiDigits, foldText } from "./fold-text";

/** Hyphens of every width, the long vowel mark and the wave dash, which Japanese keyboards put between the groups. */
const DASHES = /[\u2010-\u2015\u2212\u30fc\u301c\uff5e~\u2500\ufe63]/gu;
/** What announces an extension in Thai and Japanese, for a parser that knows "ext." */
const EXTENSION_WORDS = /\s*(?:ต่อ|内線)\s*[:.]?\s*/gu;

/** The text in the characters a phone parser knows. */
export function foldPhone(text: string): string {
  const folded = asciiDigits(foldText(text)).replace(DASHES, "-").replace(EXTENSION_WORDS, " ext. ");
  return folded.replace(/^(?:tel:|\s)+/u, "").trimEnd();
}

/**
 * E.164 (`+66812345678`), followed by `;ext=101` where an extension was given: behind one number of a company sit many
 * people. A number without a country code is read as one of `defaultCountry` (ISO 3166, upper case); null when it does
 * not parse or has a length no number of its country has. A number in no range that is known today is taken all the
 * same: ranges are opened faster than their lists are updated.
 */
export function normalizePhone(text: string, defaultCountry: string | null): string | null {
  const number = readNumber(foldPhone(text), defaultCountry);
  if (number === null) return null;
  // Of a number in no known range the parser may take off a leading digit at every reading: what does not settle is none.
  const settled = number.isValid() || readNumber(number.number, null)?.number === number.number;
  if (!settled) return null;
  return number.ext === undefined ? number.number : `${number.number};ext=${number.ext}`;
}

/** Expects folded text. The digits before an extension. */
export function phoneDigits(folded: string): string {
  return (folded.split(/[\p{L};#,]/u, 1)[0] ?? "").replace(/[^0-9]/g, "");
}

function readNumber(text: string, defaultCountry: string | null): PhoneNumber | null {
  const country = defaultCountry !== null && isSupportedCountry(defaultCountry) ? defaultCountry : undefined;
  const number = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false });
  if (number?.isPossible()) return number;
  // 00 is the most common way to write the +, also in countries where one dials something else.
  return text.startsWith("00") ? readNumber(`+${text.slice(2)}`, null) : null;
}
