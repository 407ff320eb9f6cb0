import { isBlockedValue } from "../normalize/blocked-values";
import { asciiDigits, foldText } from "../normalize/fold-text";
import type { PersonFacts } from "./facts";

/** Dates that programs write when they have none. */
const EMPTY_DATES = new Set(["0001-01-01", "1899-12-30", "1899-12-31", "1900-01-01"]);
/** From this year on a date is counted in the Buddhist era, as in Thailand: 543 years ahead. */
const BUDDHIST_FROM = 2400;
const BUDDHIST_AHEAD = 543;
const YEAR_FIRST = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[t ].*)?$/s;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;

/**
 * The identity facts among a record's attributes, spelled one way; a name that is a placeholder is unknown.
 *
 * A date of birth is `yyyy-mm-dd` where it is certain which number is the month. Where it is not (12/11/1978), it stays
 * `12/11/1978`, which `contradictions` compares by everything it may mean. Anything else is no date, and unknown.
 */
export function personFacts(attributes: Readonly<Record<string, unknown>>): PersonFacts {
  const givenName = nameFact(attributes.givenName);
  const familyName = nameFact(attributes.familyName);
  const birthDate = birthDateFact(attributes.dateOfBirth);
  return {
    ...(givenName === null ? {} : { givenName }),
    ...(familyName === null ? {} : { familyName }),
    ...(birthDate === null ? {} : { birthDate }),
  };
}

/** The facts that two records cannot share if they are one person. What one of them lacks contradicts nothing. */
export function contradictions(a: PersonFacts, b: PersonFacts): (keyof PersonFacts)[] {
  const found: (keyof PersonFacts)[] = [];
  if (differ(a.givenName, b.givenName)) found.push("givenName");
  if (differ(a.familyName, b.familyName)) found.push("familyName");
  if (differ(a.birthDate, b.birthDate) && !mayBeOneDate(a.birthDate!, b.birthDate!)) found.push("birthDate");
  return found;
}

function mayBeOneDate(a: string, b: string): boolean {
  const possible = new Set(readings(a));
  return readings(b).some((date) => possible.has(date));
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function nameFact(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const name = foldText(value)
    .replace(/[\u2018\u2019\u02bc`\u00b4]/gu, "'")
    .replace(/\s+/gu, " ");
  return isBlockedValue(name) ? null : name;
}

function birthDateFact(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = asciiDigits(foldText(value));
  const dates = readings(text);
  if (dates.length <= 1) return dates[0] ?? null;
  const [, first = "", second = "", year = ""] = YEAR_LAST.exec(text) ?? [];
  return `${first.padStart(2, "0")}/${second.padStart(2, "0")}/${year}`;
}

/** Every calendar date a text may mean, as yyyy-mm-dd; none when it is no date. */
function readings(text: string): string[] {
  const yearFirst = YEAR_FIRST.exec(text) ?? COMPACT.exec(text);
  if (yearFirst) return dates([[yearFirst[1], yearFirst[2], yearFirst[3]]]);
  const yearLast = YEAR_LAST.exec(text);
  if (!yearLast) return [];
  const [, first, second, year] = yearLast;
  return dates([
    [year, first, second],
    [year, second, first],
  ]);
}

function dates(candidates: readonly (readonly (string | undefined)[])[]): string[] {
  const found = new Set<string>();
  for (const [yearText, monthText, dayText] of candidates) {
    const written = Number(yearText);
    const year = written >= BUDDHIST_FROM ? written - BUDDHIST_AHEAD : written;
    const [month, day] = [Number(monthText), Number(dayText)];
    const date = new Date(Date.UTC(2000, month - 1, day));
    date.setUTCFullYear(year, month - 1, day);
    if (year < 1 || year >= BUDDHIST_FROM || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) continue;
    const text = date.toISOString().slice(0, 10);
    if (!EMPTY_DATES.has(text)) found.add(text);
  }
  return [...found];
}
