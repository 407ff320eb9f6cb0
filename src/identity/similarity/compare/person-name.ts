import { isBlockedValue } from "../../normalize/blocked-values";
import { splitEastAsianName } from "./transcription";
import { plainText, type Writing, writingOf } from "./writing";

/** A person's name in one source record, in the spelling in which names are compared. */
export interface PersonName {
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** Whether the source said which part is which; a display name alone does not. */
  readonly ordered: boolean;
  readonly writing: Writing;
  /** 1 for the elder or first (Sr, I), 2 for the younger or second (Jr, II), and so on; null when nothing says. */
  readonly generation: number | null;
}

const GENERATIONS: Readonly<Record<string, number>> = {
  ...{ sr: 1, snr: 1, senior: 1, i: 1, "1st": 1, jr: 2, jnr: 2, junior: 2, ii: 2, "2nd": 2 },
  ...{ iii: 3, "3rd": 3, iv: 4, "4th": 4 },
};

/** Forms of address and degrees, which come and go and tell nobody apart. */
const TITLES: ReadonlySet<string> = new Set([
  ...["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam", "rev", "hon", "phd", "md", "esq"],
  ...["herr", "frau", "monsieur", "madame", "mme", "mlle", "senor", "senora", "sr.", "khun"],
]);
/** Thai ones are written without a space before the name, the longest first. */
const THAI_TITLE = /^(?:เด็กหญิง|เด็กชาย|นางสาว|คุณหญิง|น\.ส\.|ด\.ญ\.|ด\.ช\.|นาง|นาย|คุณ|ดร\.)\s*/u;
/** Japanese and Chinese ones follow the name. */
const EAST_ASIAN_TITLE = /\s*(?:さん|さま|様|殿|君|くん|ちゃん|先生|先生|女士|小姐)$/u;
const APOSTROPHES = /['\u2018\u2019\u02bc`\u00b4.]/gu;
const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/u;

/**
 * The name among a record's attributes, or null. Given and family name count before a display name. Of a display name the
 * family name is what stands before a comma; else the last word, or the first in East Asian writing.
 */
export function personName(attributes: Readonly<Record<string, unknown>>): PersonName | null {
  const given = textOf(attributes.givenName);
  const family = textOf(attributes.familyName);
  const middle = textOf(attributes.middleName);
  const ordered = given !== "" || family !== "";
  const parts = ordered ? { given: `${given} ${middle}`, family } : splitDisplayName(displayNameOf(attributes));
  const words = { given: wordsOf(parts.given), family: wordsOf(parts.family) };
  const said = wordsOf(`${textOf(attributes.generation)} ${textOf(attributes.nameSuffix)}`);
  const generation = takeGeneration(words.family) ?? takeGeneration(words.given) ?? takeGeneration([...said, ""], said);
  if (words.given.length + words.family.length === 0) return null;
  const writing = writingOf(words.given.join("") + words.family.join(""));
  return { ...words, ordered, writing, generation };
}

function displayNameOf(attributes: Readonly<Record<string, unknown>>): string {
  return textOf(attributes.displayName) || textOf(attributes.name) || textOf(attributes.fullName);
}

function splitDisplayName(name: string): { given: string; family: string } {
  const comma = name.split(",");
  if (comma.length === 2 && !GENERATIONS[plainText(comma[1]!).replace(APOSTROPHES, "")]) {
    return { family: comma[0]!, given: comma[1]! };
  }
  const words = name.replaceAll(",", " ").trim().split(/\s+/u);
  if (words.length === 1) return splitEastAsianName(plainText(name)) ?? { given: name, family: "" };
  const familyFirst = ["EAST_ASIAN", "HANGUL"].includes(writingOf(plainText(name)));
  if (familyFirst) return { family: words[0]!, given: words.slice(1).join(" ") };
  const last = GENERATIONS[plainText(words.at(-1)!).replace(APOSTROPHES, "")] && words.length > 2 ? -2 : -1;
  return { given: words.slice(0, last).join(" "), family: words.slice(last).join(" ") };
}

function wordsOf(text: string): string[] {
  const plain = plainText(text).replace(THAI_TITLE, "").replace(EAST_ASIAN_TITLE, "").replace(APOSTROPHES, "");
  return plain.split(SEPARATORS).filter((word) => word !== "" && !TITLES.has(word));
}

/** Takes a generation off the end of these words, where a name stands before it. */
function takeGeneration(words: string[], from: string[] = words): number | null {
  const generation = words.length > 1 ? GENERATIONS[from.at(-1) ?? ""] : undefined;
  if (generation === undefined) return null;
  from.pop();
  return generation;
}

function textOf(value: unknown): string {
  if (typeof value !== "string" || value.length > 200) return "";
  return isBlockedValue(plainText(value)) ? "" : value;
}
