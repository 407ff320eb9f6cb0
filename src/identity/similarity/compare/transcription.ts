import {
  CHINESE_FAMILIES,
  CHINESE_FAMILIES_READ,
  CHINESE_GIVENS,
  CHINESE_GIVENS_READ,
  JAPANESE_FAMILIES,
  JAPANESE_FAMILIES_READ,
  KOREAN_FAMILIES,
  KOREAN_FAMILIES_READ,
  THAI_GIVENS,
  THAI_GIVENS_READ,
} from "./frequent-names";
import { plainText } from "./writing";

const words = (list: string) => list.split(" ");
const PAIRS: readonly (readonly [string, string])[] = [
  [CHINESE_FAMILIES, CHINESE_FAMILIES_READ],
  [CHINESE_GIVENS, CHINESE_GIVENS_READ],
  [JAPANESE_FAMILIES, JAPANESE_FAMILIES_READ],
  [KOREAN_FAMILIES, KOREAN_FAMILIES_READ],
  [THAI_GIVENS, THAI_GIVENS_READ],
];

const READINGS: ReadonlyMap<string, ReadonlySet<string>> = (() => {
  const readings = new Map<string, Set<string>>();
  for (const [names, read] of PAIRS) {
    const spellings = words(read);
    for (const [i, name] of words(names).entries()) {
      const plain = plainText(name);
      readings.set(plain, (readings.get(plain) ?? new Set()).add(spellings[i]!));
    }
  }
  return readings;
})();

const EAST_ASIAN_FAMILIES: ReadonlySet<string> = new Set(
  [CHINESE_FAMILIES, JAPANESE_FAMILIES, KOREAN_FAMILIES].flatMap(words).map(plainText),
);

/**
 * Whether a name in Latin letters is the usual transcription of one in its own script. Only of common names, from a list:
 * how a rare one is read, only the person knows, and so a transcription that is not found says nothing against it.
 */
export function isTranscription(a: string, b: string): boolean {
  return READINGS.get(a)?.has(b) === true || READINGS.get(b)?.has(a) === true;
}

/** Family and given name of a name that is written without a space, where it begins with a common family name; else null. */
export function splitEastAsianName(plain: string): { family: string; given: string } | null {
  const characters = [...plain];
  for (const length of [3, 2, 1]) {
    const family = characters.slice(0, length).join("");
    const given = characters.slice(length).join("");
    if (characters.length > length && EAST_ASIAN_FAMILIES.has(family)) return { family, given };
  }
  return null;
}
