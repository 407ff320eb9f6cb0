import type { Level, Likeness } from "../comparison";
import { editDistance } from "./edit-distance";

/** Sixty years of days: about as many birth dates are in use, evenly enough for a model of them. */
const DAYS = 60 * 365.25;
/** The first of January is what people and programs give who know only the year. */
const NEW_YEAR_SHARE = 1 / 1_000;
const RANKS: readonly Level[] = ["EXACT", "EXCHANGED", "SLIP", "TWO_PARTS", "NEAR", "DIFFERENT"];

/**
 * Compares birth dates by everything each may mean, in the reading in which they are most alike.
 *
 * EXACT; EXCHANGED: day and month; SLIP: one digit, two neighbouring digits exchanged, or one part off by one; TWO_PARTS
 * of year, month and day are equal; NEAR: the same year with a month beside it, every part close, or two
 * digits off; DIFFERENT.
 *
 * @param a dates as `yyyymmdd`
 */
export function compareBirthDates(a: readonly string[], b: readonly string[]): Likeness | null {
  let best: Likeness | null = null;
  for (const valueA of a) {
    for (const valueB of b) {
      const level = compareDates(valueA, valueB);
      if (best !== null && RANKS.indexOf(level) >= RANKS.indexOf(best.level)) continue;
      const known = valueA.endsWith("0101") ? NEW_YEAR_SHARE : 1 / DAYS;
      best = { attribute: "birthDate", level, valueA, valueB, share: known * a.length * b.length };
    }
  }
  return best;
}

function compareDates(a: string, b: string): Level {
  if (a === b) return "EXACT";
  const [yearA, monthA, dayA] = [a.slice(0, 4), a.slice(4, 6), a.slice(6)];
  const [yearB, monthB, dayB] = [b.slice(0, 4), b.slice(4, 6), b.slice(6)];
  if (yearA === yearB && monthA === dayB && dayA === monthB) return "EXCHANGED";
  const steps = editDistance(a, b, 2);
  const apart = [yearA, monthA, dayA].map((part, i) => Math.abs(Number(part) - Number([yearB, monthB, dayB][i])));
  const equal = apart.filter((difference) => difference === 0).length;
  if (steps === 1 || (equal === 2 && apart.includes(1))) return "SLIP";
  if (equal === 2) return "TWO_PARTS";
  const close = apart[1]! <= 1 && (apart[0] === 0 || (apart[0] === 1 && apart[2]! <= 2));
  return close || steps === 2 ? "NEAR" : "DIFFERENT";
}
