import { writingOf } from "./writing";

/** Letters by the sound they stand for, a digit each, as in Soundex (Russell 1918), with vowels left out. */
const SOUNDS: Readonly<Record<string, string>> = {
  ...{ b: "1", f: "1", p: "1", v: "1", w: "1", c: "2", g: "2", j: "2", k: "2", q: "2", s: "2", x: "2", z: "2" },
  ...{ d: "3", t: "3", l: "4", m: "5", n: "5", r: "6" },
};
const THAI_CONSONANT = /[\u0e01-\u0e2e]/gu;
/** Thai consonants that sound alike at the end of a syllable or in a transcription share the first of each list. */
const THAI_ALIKE = ["กขคฆ", "จชฉฌ", "ซสศษ", "ดฎ", "ตฏ", "ทธฑฒถฐ", "นณ", "บป", "พภผ", "ฟฝ", "ลฬ", "ยญ", "หฮ", "รฤ"];
const THAI_SOUND: ReadonlyMap<string, string> = new Map(
  THAI_ALIKE.flatMap((alike) => [...alike].map((letter) => [letter, alike[0]!] as const)),
);
const CODE_LENGTH = 4;

/**
 * A short code that words which sound alike share, for finding candidates only. Latin words: the first sound and the next
 * three; Thai words: their first four consonants; others: the word.
 */
export function soundOf(word: string): string {
  const writing = writingOf(word);
  if (writing === "THAI") return thaiConsonants(word).slice(0, CODE_LENGTH);
  if (writing !== "LATIN") return word;
  let code = "";
  let last = "";
  for (const letter of word
    .replace(/^(?:kn|gn|pn)/, "n")
    .replace(/^wr/, "r")
    .replaceAll("ph", "f")) {
    const sound = SOUNDS[letter] ?? (code === "" ? "0" : "");
    if (sound !== "" && sound !== last) code += sound;
    // H and W do not part two letters of one sound; vowels do.
    if (letter !== "h" && letter !== "w") last = sound;
    if (code.length === CODE_LENGTH) break;
  }
  return code;
}

/** A Thai word's consonants without its vowels and marks, those that sound alike as one. */
export function thaiConsonants(word: string): string {
  return (word.match(THAI_CONSONANT) ?? []).map((letter) => THAI_SOUND.get(letter) ?? letter).join("");
}
