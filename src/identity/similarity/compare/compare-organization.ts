import { type Level, type Likeness, mostAlike } from "../comparison";
import { jaroWinkler } from "./jaro-winkler";

const NEAR_FROM = 0.9;

/** Compares names of organizations, plain and without their legal form. EXACT; NEAR: alike, or one begins with the other; DIFFERENT. */
export function compareOrganizations(a: readonly string[], b: readonly string[]): Likeness | null {
  const pairs = a.flatMap((valueA) => b.map((valueB) => ({ valueA, valueB })));
  return mostAlike(
    pairs.map(({ valueA, valueB }) => ({
      attribute: "organization",
      level: compareTwo(valueA, valueB),
      valueA,
      valueB,
    })),
  );
}

function compareTwo(a: string, b: string): Level {
  if (a === b) return "EXACT";
  const begins = `${a} `.startsWith(`${b} `) || `${b} `.startsWith(`${a} `);
  return begins || jaroWinkler(a, b) >= NEAR_FROM ? "NEAR" : "DIFFERENT";
}
