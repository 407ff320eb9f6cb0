import { editDistance } from "./edit-distance";
import { areFormsOfOneName, mayBeginWith } from "./given-name-groups";
import { jaroWinkler } from "./jaro-winkler";
import { soundOf, thaiConsonants } from "./sound";
import { isTranscription } from "./transcription";
import { type Writing, writingOf } from "./writing";

/** How alike two words of names are; null when they are written so differently that nothing can be said. */
export type WordLevel = "EXACT" | "FORM" | "SLIP" | "INITIAL" | "NEAR" | "DIFFERENT" | null;

/** Thai tone marks and the sign that silences a letter, which are left out more often than anything else. */
const THAI_MARKS = /[\u0e47-\u0e4e]/gu;
const HAN = /\p{Script=Han}/u;
/** From these likenesses on (Jaro and Winkler's) two words are a slip apart, or near. Winkler's own cut-offs for names are .92 and .80 to .88. */
const SLIP_FROM = 0.93;
const NEAR_FROM = 0.84;
/** What is heard alike may be written a little less alike. */
const SOUND_SLIP_FROM = 0.88;
/** Steps that a slip of the pen takes in words of these lengths. */
const ONE_STEP_FROM = 4;
const TWO_STEPS_FROM = 7;
const PREFIX_FROM = 3;

/** Compares two words in their plain spelling. */
export function compareWords(a: string, b: string): WordLevel {
  const writing = writingOf(a);
  if (a === b) return "EXACT";
  if (writing !== writingOf(b)) return isTranscription(a, b) ? "FORM" : null;
  if (writing === "EAST_ASIAN" || writing === "HANGUL") return compareCharacters(a, b, writing);
  if (afterFirst(a) === "" || afterFirst(b) === "") return compareInitial(a, b);
  if (areFormsOfOneName(a, b)) return "FORM";
  if (writing === "THAI" && a.replace(THAI_MARKS, "") === b.replace(THAI_MARKS, "")) return "SLIP";
  const steps = editDistance(a, b, 3);
  const likeness = jaroWinkler(a, b);
  if (isSlip(a, b, steps, likeness)) return isOtherSound(a, b, writing) ? "NEAR" : "SLIP";
  const short = Math.min(a.length, b.length);
  const prefix = short >= PREFIX_FROM && (a.startsWith(b) || b.startsWith(a));
  // Thai names are put together from a few elements, so that having one in common says nothing.
  if (writing === "THAI" && steps > 1) return prefix ? "NEAR" : "DIFFERENT";
  return prefix || likeness >= NEAR_FROM || (steps <= 2 && short >= PREFIX_FROM) ? "NEAR" : "DIFFERENT";
}

function isSlip(a: string, b: string, steps: number, likeness: number): boolean {
  const length = Math.max(a.length, b.length);
  if ((steps === 1 && length >= ONE_STEP_FROM) || (steps === 2 && length >= TWO_STEPS_FROM)) return true;
  return steps <= 2 && (likeness >= SLIP_FROM || (likeness >= SOUND_SLIP_FROM && soundOf(a) === soundOf(b)));
}

/**
 * Whether what differs makes another name of it rather than a slip: the first letter, which typists rarely miss
 * (Yannakoudakis and Fawthrop 1983), or of a Thai name a consonant of another sound or a syllable, by which the names of
 * brothers and sisters often differ.
 */
function isOtherSound(a: string, b: string, writing: Writing): boolean {
  if (writing !== "THAI") return a.codePointAt(0) !== b.codePointAt(0) && afterFirst(a) === afterFirst(b);
  const [consonantsA, consonantsB] = [thaiConsonants(a), thaiConsonants(b)];
  const sorted = (consonants: string) => [...consonants].sort().join("");
  if (consonantsA.length === consonantsB.length) return sorted(consonantsA) !== sorted(consonantsB);
  return editDistance(consonantsA, consonantsB, 1) > 1;
}

function afterFirst(word: string): string {
  return word.slice(word.codePointAt(0)! > 0xffff ? 2 : 1);
}

/** One character more or another one is another name, except in names of four and more (written in syllables). */
function compareCharacters(a: string, b: string, writing: Writing): WordLevel {
  // A name in kana is a reading, and one in kanji has several.
  if (writing === "EAST_ASIAN" && HAN.test(a) !== HAN.test(b)) return null;
  const length = Math.min([...a].length, [...b].length);
  return length >= ONE_STEP_FROM && editDistance(a, b, 1) === 1 ? "SLIP" : "DIFFERENT";
}

function compareInitial(a: string, b: string): WordLevel {
  const [initial, name] = afterFirst(a) === "" ? [a, b] : [b, a];
  return mayBeginWith(name, initial) ? "INITIAL" : "DIFFERENT";
}
