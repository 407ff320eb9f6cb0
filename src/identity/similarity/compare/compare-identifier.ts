import { type Level, type Likeness, mostAlike } from "../comparison";
import { editDistance } from "./edit-distance";

const SLIP_FROM = 6;

/**
 * Compares ids that a customer chose to keep (membership cards, national ids), namespace by namespace. EXACT; SLIP: one
 * character, or two neighbouring ones exchanged; DIFFERENT.
 *
 * @param a values by namespace, letters and digits only
 */
export function compareIdentifiers(
  a: ReadonlyMap<string, readonly string[]>,
  b: ReadonlyMap<string, readonly string[]>,
): Likeness[] {
  const found: Likeness[] = [];
  for (const namespace of [...a.keys()].sort()) {
    const others = b.get(namespace) ?? [];
    const pairs = a.get(namespace)!.flatMap((valueA) => others.map((valueB) => ({ valueA, valueB })));
    const best = mostAlike(
      pairs.map(({ valueA, valueB }) => ({
        attribute: "identifier",
        level: compareTwo(valueA, valueB),
        valueA: `${namespace} ${valueA}`,
        valueB: `${namespace} ${valueB}`,
      })),
    );
    if (best !== null) found.push(best);
  }
  return found;
}

function compareTwo(a: string, b: string): Level {
  if (a === b) return "EXACT";
  return Math.min(a.length, b.length) >= SLIP_FROM && editDistance(a, b, 1) === 1 ? "SLIP" : "DIFFERENT";
}
