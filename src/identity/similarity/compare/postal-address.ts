import { asciiDigits } from "../../normalize/fold-text";
import { plainText } from "./writing";

/** Where a record says that a person lives, in the spelling in which addresses are compared; what it lacks is empty. */
export interface PostalAddress {
  /** Pairs of neighbouring characters of the street's words without spaces: what is left when words are run together. */
  readonly street: readonly string[];
  readonly numbers: readonly string[];
  readonly postalCode: string;
  readonly city: string;
  /** As it came. */
  readonly shown: string;
}

/** Words that are written in many ways or left out: they tell no streets apart. */
const STREET_WORDS: ReadonlySet<string> = new Set([
  ...["street", "st", "str", "road", "rd", "avenue", "ave", "av", "lane", "ln", "drive", "dr", "court", "ct", "crt"],
  ...["place", "pl", "crescent", "cres", "cr", "circuit", "cct", "cir", "close", "cl", "boulevard", "blvd", "way"],
  ...["square", "sq", "terrace", "tce", "parade", "pde", "highway", "hwy", "apartment", "apt", "suite", "ste", "unit"],
  ...["flat", "floor", "fl", "no", "number", "room", "rm", "soi", "thanon", "moo", "building", "bldg", "house"],
  ...[
    "north",
    "south",
    "east",
    "west",
    "n",
    "s",
    "e",
    "w",
    "strasse",
    "rue",
    "calle",
    "ถนน",
    "ถ",
    "ซอย",
    "ซ",
    "หมู่",
    "ม",
    "เลขที่",
  ],
]);
const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/u;
const UNSPACED_STREET_WORDS = /ถนน|ซอย|หมู่ที่|หมู่|เลขที่|丁目|番地|番|号/gu;
const UNSPACED = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Thai}";
const BESIDE_A_NUMBER = new RegExp(`(?<=[${UNSPACED}])(?=\\d)|(?<=\\d)(?=[${UNSPACED}])`, "gu");
const POSTAL_IN_TEXT =
  /(?<![\p{L}\p{N}])(\d{5}(?:-\d{4})?|\d{3}-\d{4}|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d)(?![\p{L}\p{N}])/gu;
const LENGTH_MAX = 500;

/** The address among a record's attributes: an object of parts or one text; null when there is none. */
export function postalAddress(attributes: Readonly<Record<string, unknown>>): PostalAddress | null {
  const { address } = attributes;
  const parts: Readonly<Record<string, unknown>> =
    typeof address === "object" && address !== null && !Array.isArray(address) ? { ...address } : { line: address };
  const of = (...names: string[]) =>
    names.map((name) => textOf(parts[name]) || textOf(attributes[name])).filter(Boolean);
  const lines = of("line", "line1", "line2", "street");
  const line = asciiDigits(plainText(lines.join(" ")));
  const city = plainText(of("city", "suburb", "town")[0] ?? "");
  const postalCode = compact(of("postalCode", "postcode", "zip")[0] ?? "") || postalIn(line);
  const words = wordsOf(line);
  const numbers = words.filter((word) => /\d/.test(word) && word !== postalCode);
  const street = pairsOf(words.filter((word) => !/\d/.test(word) && !STREET_WORDS.has(word)).join(""));
  if (street.length + numbers.length === 0 && city === "" && postalCode === "") return null;
  return { street, numbers, postalCode, city: city.replace(/[^\p{L}\p{M}\p{N}]+/gu, ""), shown: lines.join(", ") };
}

/** In scripts without spaces numbers and kinds of streets stand in one word with the names. */
function wordsOf(line: string): string[] {
  const parted = line.replace(UNSPACED_STREET_WORDS, " ").replace(BESIDE_A_NUMBER, " ");
  return parted.split(SEPARATORS).filter((word) => word !== "");
}

function postalIn(line: string): string {
  const found = [...line.matchAll(POSTAL_IN_TEXT)].at(-1);
  return found !== undefined && found.index > 0 ? compact(found[1]!) : "";
}

function compact(code: string): string {
  return asciiDigits(plainText(code))
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .replace(/^(\d{5})\d{4}$/, "$1");
}

function pairsOf(text: string): string[] {
  const characters = [...text];
  return [...new Set(characters.slice(1).map((character, i) => characters[i]! + character))];
}

function textOf(value: unknown): string {
  return typeof value === "string" && value.length <= LENGTH_MAX ? value : "";
}
