import type { Likeness } from "../comparison";

/** EXACT or DIFFERENT. */
export function compareGenders(a: string | null, b: string | null): Likeness | null {
  if (a === null || b === null) return null;
  return { attribute: "gender", level: a === b ? "EXACT" : "DIFFERENT", valueA: a, valueB: b };
}
