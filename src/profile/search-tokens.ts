import { domainToASCII } from "node:url";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { asciiDigits, foldText } from "../identity/normalize/fold-text";

/**
 * Words for the search index, made by the same rules when a record is written and when somebody asks, so that finding is
 * comparing: every token of a query must equal, or be the beginning of, a token of the record.
 *
 * A word is the letters, marks and digits of what stands between two spaces; punctuation inside is dropped on both sides
 * (o'brien and obrien, 081-234 and 081234). Latin letters lose their diacritics, katakana are read as hiragana, Thai
 * vowels and tone marks stay. Scripts that put no spaces between words are indexed from every syllable on, which finds
 * any part of a name by its beginning, with and without a space between family and given name.
 */

export type SearchKind = "NAME" | "IDENTIFIER" | "ATTRIBUTE";

export interface SearchText {
  readonly text: string;
  readonly kind: SearchKind;
}

export interface QueryToken {
  readonly token: string;
  /** Whether the token may also be the beginning of an indexed one. */
  readonly prefix: boolean;
}

/** In UTF-16 code units; longer words are cut, in the index and in the query alike. */
export const TOKEN_LENGTH_MAX = 64;
export const TOKENS_PER_RECORD_MAX = 64;
export const TOKENS_PER_QUERY_MAX = 8;
/** A longer run is indexed from the beginnings of its words only, not from every syllable. */
const SYLLABLES_MAX = 24;
/** What is longer is a text and no name, identifier or attribute: only its beginning is indexed. */
const TEXT_MAX = 1024;

const UNSPACED =
  "[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]";
const UNSPACED_LETTER = `(?:(?=[\\p{L}\\p{M}])${UNSPACED})`;
const UNSPACED_RUN = new RegExp(`${UNSPACED_LETTER}+`, "gu");
/** Runs with no more between them than a space or a middle dot: the parts of one name. */
const UNSPACED_NAME = new RegExp(`${UNSPACED_LETTER}+(?:[\\s\\u30fb\\u00b7]+${UNSPACED_LETTER}+)*`, "gu");
const SYLLABLE = /\P{M}\p{M}*/gu;
const LATIN_MARKS = /(\p{Script=Latin})\p{M}+/gu;
const NOT_IN_A_WORD = /[^\p{L}\p{M}\p{N}]+/gu;
const APOSTROPHES = /['`\u00b4\u02bc\u2018\u2019]/gu;
/** Latin letters whose stroke or ligature Unicode does not take apart. */
const LATIN_LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ħ: "h" },
};
const LATIN_LETTER = /[ßøłđðþæœıħ]/gu;
const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/gu;
const KATAKANA_TO_HIRAGANA = 0x60;
const E164 = /^\+[1-9][0-9]{5,14}(?:;|$)/;
const DIALLED = /^[0-9\s()+./-]+$/;
const DIALLED_DIGITS_MIN = 6;

const wordBoundaries = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * The tokens to index for a record, most telling first, at most 64: names, then identifiers, then attributes.
 * An IDENTIFIER is its normalized value without the namespace. A telephone number in E.164 is found by its local
 * spelling too, so give a WhatsApp id with a + in front.
 */
export function searchTokens(texts: readonly SearchText[]): string[] {
  const of = (kind: SearchKind) => texts.filter((text) => text.kind === kind).map(({ text }) => analyse(text, kind));
  const [names, identifiers, attributes] = [of("NAME"), of("IDENTIFIER"), of("ATTRIBUTE")];
  const known = [...names, ...identifiers];
  const ranked = [
    ...known.flatMap(({ whole }) => whole),
    ...known.flatMap(({ parts }) => parts),
    ...attributes.flatMap(({ whole, parts }) => [...whole, ...parts]),
  ];
  return [...new Set(ranked.map(cut))].filter((token) => token !== "").slice(0, TOKENS_PER_RECORD_MAX);
}

/** What to look for; all of it must be found. Empty when the query holds no letter and no digit. */
export function queryTokens(query: string): QueryToken[] {
  const folded = foldForSearch(query);
  const dialled = dialledDigits(folded);
  if (dialled !== null) return [{ token: cut(dialled), prefix: true }];
  const { addresses, runs, spaced } = divide(folded);
  const typed = spaced.split(/\s+/u).map(squeeze).filter(Boolean);
  const tokens = [
    ...addresses.map((address) => ({ token: squeezeAddress(address), prefix: true })),
    ...runs.map((token) => ({ token, prefix: true })),
    // One letter before other words is an initial; as a prefix it would be a tenth of all names.
    ...typed.map((token, index) => ({ token, prefix: token.length > 1 || index === typed.length - 1 })),
  ];
  const found = new Map(tokens.map(({ token, prefix }) => [cut(token), { token: cut(token), prefix }]));
  return [...found.values()].slice(0, TOKENS_PER_QUERY_MAX);
}

function analyse(text: string, kind: SearchKind): { whole: string[]; parts: string[] } {
  const folded = foldForSearch(text);
  if (kind === "IDENTIFIER" && E164.test(folded)) return { whole: phoneSpellings(folded), parts: [] };
  const { addresses, runs, unspaced, spaced } = divide(folded);
  const names = unspaced.map(squeeze);
  const chunks = spaced.split(/\s+/u);
  return {
    whole: [
      ...(DIALLED.test(folded) ? [squeeze(folded)] : []),
      ...addresses.flatMap(addressTokens),
      ...names,
      ...chunks.map(squeeze),
    ],
    parts: [
      ...runs,
      ...names.flatMap(beginnings),
      ...addresses.flatMap((address) => pieces(splitAddress(address)[0])),
      ...chunks.flatMap(pieces),
    ],
  };
}

/** Addresses with an @, what is written without spaces (each run; and joined to names), and the rest. */
function divide(folded: string): { addresses: string[]; runs: string[]; unspaced: string[]; spaced: string } {
  const chunks = folded.split(/\s+/u);
  const addresses = chunks.filter((chunk) => chunk.lastIndexOf("@") > 0);
  const rest = chunks.filter((chunk) => chunk.lastIndexOf("@") <= 0).join(" ");
  return {
    addresses,
    runs: rest.match(UNSPACED_RUN) ?? [],
    unspaced: rest.match(UNSPACED_NAME) ?? [],
    spaced: rest.replace(UNSPACED_RUN, " "),
  };
}

function foldForSearch(text: string): string {
  return asciiDigits(foldText(text.slice(0, TEXT_MAX)))
    .normalize("NFD")
    .replace(LATIN_MARKS, "$1")
    .normalize("NFC")
    .replace(LATIN_LETTER, (letter) => LATIN_LETTERS[letter] ?? letter)
    .replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - KATAKANA_TO_HIRAGANA))
    .replaceAll("\u0e40\u0e40", "\u0e41");
}

function squeeze(text: string): string {
  return text.replace(NOT_IN_A_WORD, "");
}

/** What punctuation divides; an apostrophe does and does not. */
function pieces(text: string): string[] {
  return [...text.replace(APOSTROPHES, "").split(NOT_IN_A_WORD), ...text.split(NOT_IN_A_WORD)];
}

function squeezeAddress(address: string): string {
  const [local, domain] = splitAddress(address);
  return `${squeeze(local)}@${squeeze(domain)}`;
}

function addressTokens(address: string): string[] {
  const [local, domain] = splitAddress(address);
  return [squeezeAddress(address), squeeze(local), squeeze(domain)];
}

/** The domain in the ASCII form that addresses are stored in. */
function splitAddress(address: string): [local: string, domain: string] {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  return [address.slice(0, at), domainToASCII(domain) || domain];
}

/** A number with its country code and as it is dialled in its country, digits only. */
function phoneSpellings(e164: string): string[] {
  const number = e164.split(";", 1)[0] ?? "";
  const national = parsePhoneNumberFromString(number)?.formatNational() ?? "";
  return [squeeze(number), squeeze(national)];
}

/** What somebody typed is a number written in groups, so that the groups are one word. */
function dialledDigits(folded: string): string | null {
  if (!DIALLED.test(folded)) return null;
  const digits = squeeze(folded.startsWith("+") ? folded.replace("(0)", "") : folded);
  return digits.length >= DIALLED_DIGITS_MIN ? digits : null;
}

/** The run from each of its syllables on; a long one from each of its words on. */
function beginnings(run: string): string[] {
  const syllables = [...run.matchAll(SYLLABLE)].map(({ index }) => index);
  if (syllables.length <= SYLLABLES_MAX) return syllables.map((start) => run.slice(start));
  return [...wordBoundaries.segment(run)].map(({ index }) => run.slice(index));
}

/** Never through the middle of a character. */
function cut(token: string): string {
  if (token.length <= TOKEN_LENGTH_MAX) return token;
  return token.slice(0, TOKEN_LENGTH_MAX).replace(/\p{Surrogate}$/u, "");
}
