import type { Level, Likeness } from "../comparison";
import { editDistance } from "./edit-distance";
import { jaroWinkler } from "./jaro-winkler";
import type { PostalAddress } from "./postal-address";

/** Shares of the shorter street name's letter pairs that the longer one has as well. */
const SAME_STREET_FROM = 0.75;
const NEAR_STREET_FROM = 0.5;
const CITY_SLIP_FROM = 0.88;
const POSTAL_SLIP_FROM = 4;

/**
 * Compares two addresses: the street with its numbers, the postal code and the city, each by itself.
 *
 * Of the street: EXACT; NEAR: the number is missing or a slip away, or the street is alike and the number equal; PART: the
 * street without the number; DIFFERENT. People move, so a difference says little.
 */
export function compareAddresses(a: PostalAddress | null, b: PostalAddress | null): Likeness[] {
  if (a === null || b === null) return [];
  const found: Likeness[] = [];
  const street = compareStreets(a, b);
  if (street !== null) found.push({ attribute: "address", level: street, valueA: a.shown, valueB: b.shown });
  if (a.postalCode !== "" && b.postalCode !== "") {
    const level = comparePostalCodes(a.postalCode, b.postalCode);
    found.push({ attribute: "postalCode", level, valueA: a.postalCode, valueB: b.postalCode });
  }
  if (a.city !== "" && b.city !== "") {
    found.push({ attribute: "city", level: compareCities(a.city, b.city), valueA: a.city, valueB: b.city });
  }
  return found;
}

function compareStreets(a: PostalAddress, b: PostalAddress): Level | null {
  if (a.street.length === 0 || b.street.length === 0) return null;
  const others = new Set(b.street);
  const shared = a.street.filter((pair) => others.has(pair)).length / Math.min(a.street.length, b.street.length);
  if (shared < NEAR_STREET_FROM) return "DIFFERENT";
  const same = shared >= SAME_STREET_FROM;
  const number = compareNumbers(a.numbers, b.numbers);
  if (number === "EXACT") return same ? "EXACT" : "NEAR";
  if (number === null || number === "SLIP") return same ? "NEAR" : "PART";
  return same ? "PART" : "DIFFERENT";
}

/** Null when one side has none. */
function compareNumbers(a: readonly string[], b: readonly string[]): Level | null {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? "EXACT" : null;
  // One of two may leave out the flat or the floor.
  const [fewer, more] = a.length <= b.length ? [a, b] : [b, a];
  const others = fewer.filter((number) => !more.includes(number));
  if (others.length === 0) return "EXACT";
  const slip =
    others.length === 1 && more.some((number) => number.length > 1 && editDistance(number, others[0]!, 1) === 1);
  return slip ? "SLIP" : "DIFFERENT";
}

function comparePostalCodes(a: string, b: string): Level {
  if (a === b) return "EXACT";
  return Math.min(a.length, b.length) >= POSTAL_SLIP_FROM && editDistance(a, b, 1) === 1 ? "SLIP" : "DIFFERENT";
}

function compareCities(a: string, b: string): Level {
  if (a === b) return "EXACT";
  return editDistance(a, b, 1) === 1 || jaroWinkler(a, b) >= CITY_SLIP_FROM ? "SLIP" : "DIFFERENT";
}
