import type { Likeness } from "../comparison";
import { compareWords, type WordLevel } from "./compare-word";
import { areOtherNames, familyNameShare, givenNameShare } from "./name-frequency";
import type { PersonName } from "./person-name";
import { isTranscription } from "./transcription";

type NameLevel = NonNullable<WordLevel> | "PART" | "OTHER_NAME";

interface PartLikeness {
  readonly level: NameLevel;
  readonly share?: number;
}

/** How good a level is, only to find which part of one name answers to which part of the other. */
const RANKS: Readonly<Record<NameLevel, number>> = {
  ...{ EXACT: 6, FORM: 5, SLIP: 5, PART: 4, INITIAL: 2, NEAR: 2, OTHER_NAME: -2, DIFFERENT: -2 },
};

/**
 * Compares two names part by part, in the order given or exchanged, whichever fits better: given and family name are
 * often put into each other's fields, and of a display name the order is a guess.
 *
 * EXACT; FORM: short forms and spellings of one given name; SLIP: a step or two apart; PART: a word of a name of several;
 * INITIAL; NEAR: alike, but that proves little; OTHER_NAME: alike, but each is a given name of its own (Daniel, Daniela);
 * DIFFERENT.
 */
export function compareNames(a: PersonName | null, b: PersonName | null): Likeness[] {
  if (a === null || b === null) return [];
  const likenesses = compareWhole(a, b) ?? bestOrder(a, b);
  const generation = compareGenerations(a.generation, b.generation);
  return generation === null ? likenesses : [...likenesses, generation];
}

/** PART: only one record says it, which contradicts nothing, but tells that somebody else has the name as well. */
function compareGenerations(a: number | null, b: number | null): Likeness | null {
  if (a === null && b === null) return null;
  const level = a === b ? "EXACT" : a === null || b === null ? "PART" : "DIFFERENT";
  return { attribute: "generation", level, valueA: String(a ?? ""), valueB: String(b ?? "") };
}

/** Names written without a space between their parts, or in another order of words, that are the same as a whole. */
function compareWhole(a: PersonName, b: PersonName): Likeness[] | null {
  const joined = (name: PersonName) => name.family.join("") + name.given.join("");
  if (a.family.length > 0 && b.family.length > 0) return null;
  if (a.writing === "LATIN" || joined(a) !== joined(b)) return null;
  const parts = a.family.length > 0 ? a : b;
  const name = { valueA: shown(a), valueB: shown(b), level: "EXACT" } as const;
  if (parts.family.length === 0) return [{ ...name, attribute: "givenName", share: givenNameShare(joined(a)) }];
  return [
    { ...name, attribute: "givenName", share: givenNameShare(parts.given.join("")) },
    { ...name, attribute: "familyName", share: familyNameShare(parts.family.join("")) },
  ];
}

/** Of exchanged parts the names say which is the given one: the more certain of the two names, whichever came first. */
function bestOrder(a: PersonName, b: PersonName): Likeness[] {
  const straight = align(a, b, false, Number.NEGATIVE_INFINITY)!;
  if (straight.rank === RANKS.EXACT + RANKS.EXACT) return likenessesOf(straight);
  const turned = leads(b, a);
  const exchanged = turned ? align(b, a, true, straight.rank) : align(a, b, true, straight.rank);
  if (exchanged === null) return likenessesOf(straight);
  if (!turned) return likenessesOf(exchanged);
  return likenessesOf(exchanged).map((found) => ({ ...found, valueA: found.valueB, valueB: found.valueA }));
}

function leads(one: PersonName, other: PersonName): boolean {
  if (one.ordered !== other.ordered) return one.ordered;
  const spelled = (name: PersonName) => `${name.given.join(" ")}, ${name.family.join(" ")}`;
  return spelled(one) < spelled(other);
}

/** What a name's parts are to those of another one. */
interface Aligned {
  readonly a: PersonName;
  readonly givenB: readonly string[];
  readonly familyB: readonly string[];
  readonly given: PartLikeness | null;
  readonly family: PartLikeness | null;
  readonly rank: number;
}

/** Null where the names answer to each other no better than that: of most, one part tells. */
function align(a: PersonName, b: PersonName, exchanged: boolean, betterThan: number): Aligned | null {
  const givenB = exchanged ? b.family : b.given;
  const familyB = exchanged ? b.given : b.family;
  const given = compareGiven(a.given, givenB, exchanged);
  if (rankOf(given) + RANKS.EXACT <= betterThan) return null;
  const family = compareFamily(a.family, familyB, exchanged);
  const rank = rankOf(given) + rankOf(family);
  return rank <= betterThan ? null : { a, givenB, familyB, given, family, rank };
}

function rankOf(part: PartLikeness | null): number {
  return part === null ? 0 : RANKS[part.level];
}

function likenessesOf({ a, givenB, familyB, given, family }: Aligned): Likeness[] {
  const likenesses: Likeness[] = [];
  if (given !== null) likenesses.push(toldOf("givenName", given, a.given, givenB));
  if (family !== null) likenesses.push(toldOf("familyName", family, a.family, familyB));
  return likenesses;
}

function toldOf(
  attribute: "givenName" | "familyName",
  { level, share }: PartLikeness,
  a: readonly string[],
  b: readonly string[],
): Likeness {
  const values = { valueA: a.join(" "), valueB: b.join(" ") };
  return share === undefined ? { attribute, level, ...values } : { attribute, level, share, ...values };
}

function compareGiven(a: readonly string[], b: readonly string[], exchanged: boolean): PartLikeness | null {
  const best = compareParts(a, b);
  if (best === null) return null;
  const { level, wordA, wordB } = best;
  const alike = level === "SLIP" || level === "NEAR";
  if (alike && areOtherNames(wordA, wordB)) return { level: "OTHER_NAME" };
  return { level, share: shareOf(wordA, wordB, exchanged ? commoner : givenNameShare) };
}

function compareFamily(a: readonly string[], b: readonly string[], exchanged: boolean): PartLikeness | null {
  const best = compareParts(a, b);
  if (best === null) return null;
  // Forms of a given name are names of different families (Harry and Harrison); a transcription is the same name.
  const formOfGiven = best.level === "FORM" && !exchanged && !isTranscription(best.wordA, best.wordB);
  const level = formOfGiven ? "NEAR" : best.level;
  return { level, share: shareOf(best.wordA, best.wordB, exchanged ? commoner : familyNameShare) };
}

function shareOf(wordA: string, wordB: string, share: (name: string) => number): number {
  return Math.max(share(wordA), share(wordB));
}

function commoner(name: string): number {
  return Math.max(givenNameShare(name), familyNameShare(name));
}

interface BestPair {
  readonly level: NameLevel;
  readonly wordA: string;
  readonly wordB: string;
}

/** Compares the first words; where they do not answer to each other, any two. */
function compareParts(a: readonly string[], b: readonly string[]): BestPair | null {
  const [firstA, firstB] = [a[0], b[0]];
  if (firstA === undefined || firstB === undefined) return null;
  const [wholeA, wholeB] = [a.join(""), b.join("")];
  if (wholeA === wholeB) return { level: "EXACT", wordA: firstA, wordB: firstB };
  const first = compareWords(firstA, firstB);
  if (a.length === 1 && b.length === 1) return first === null ? null : { level: first, wordA: firstA, wordB: firstB };
  const whole = compareWords(wholeA, wholeB);
  const candidates: (BestPair | null)[] = [pair(first, firstA, firstB), pair(whole, wholeA, wholeB)];
  for (const wordA of a) {
    for (const wordB of b) {
      const level = wordA.length > 1 && wordB.length > 1 ? compareWords(wordA, wordB) : null;
      if (level === "EXACT" || level === "FORM") candidates.push({ level: "PART", wordA, wordB });
    }
  }
  let best: BestPair | null = null;
  for (const candidate of candidates) {
    if (candidate !== null && (best === null || RANKS[candidate.level] > RANKS[best.level])) best = candidate;
  }
  return best;
}

function pair(level: WordLevel, wordA: string, wordB: string): BestPair | null {
  return level === null ? null : { level, wordA, wordB };
}

function shown(name: PersonName): string {
  return [...name.family, ...name.given].join(" ");
}
