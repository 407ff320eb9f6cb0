import { type Level, type Likeness, mostAlike } from "../comparison";
import { editDistance } from "./edit-distance";

/** The digits by which subscribers of one country differ. */
const TAIL = 8;
const TAIL_FROM = 7;

/**
 * Compares telephone numbers, the most alike pair of them.
 *
 * EXACT; PART: the same but for what stands before the last seven or eight digits; SLIP: one digit, or two neighbouring
 * ones exchanged; DIFFERENT. People have several numbers, so a difference says little.
 */
export function comparePhones(a: readonly string[], b: readonly string[]): Likeness | null {
  const pairs = a.flatMap((valueA) => b.map((valueB) => ({ valueA, valueB })));
  return mostAlike(
    pairs.map(({ valueA, valueB }) => ({ attribute: "phone", level: compareNumbers(valueA, valueB), valueA, valueB })),
  );
}

function compareNumbers(a: string, b: string): Level {
  if (a === b) return "EXACT";
  const [digitsA, digitsB] = [digitsOf(a), digitsOf(b)];
  const length = Math.min(digitsA.length, digitsB.length, TAIL);
  if (length >= TAIL_FROM && digitsA.slice(-length) === digitsB.slice(-length)) return "PART";
  const whole = Math.min(digitsA.length, digitsB.length);
  return whole >= TAIL && editDistance(digitsA.slice(-whole), digitsB.slice(-whole), 1) === 1 ? "SLIP" : "DIFFERENT";
}

function digitsOf(phone: string): string {
  return phone.split(";", 1)[0]!.replace(/[^0-9]/g, "");
}
