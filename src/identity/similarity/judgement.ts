import type { ComparedAttribute, Level, Likeness } from "./comparison";
import type { PairScore } from "./score";

const AGREES: ReadonlySet<Level> = new Set(["EXACT", "FORM", "SLIP", "PART"]);
const DATE_AGREES: ReadonlySet<Level> = new Set(["EXACT", "EXCHANGED", "SLIP"]);
const INITIAL: ReadonlySet<Level> = new Set(["INITIAL"]);
const EQUAL: ReadonlySet<Level> = new Set(["EXACT"]);
/** A number without its country's code is the same number. */
const SAME_NUMBER: ReadonlySet<Level> = new Set(["EXACT", "PART"]);

/**
 * Whether what speaks for a pair is about the person and not only about a household, so that it may join by itself: given
 * names that agree (an initial only together with the very birth date and the family name), and beside them the birth
 * date, an id or contact, or a full name at one address or organization.
 */
export function hasPersonalEvidence(score: PairScore): boolean {
  const agrees = agreementOf(score);
  if (agrees("givenName", INITIAL)) return agrees("birthDate", EQUAL) && agrees("familyName", EQUAL);
  if (!agrees("givenName", AGREES)) return false;
  if (hasOwnEvidence(score)) return true;
  return agrees("familyName", AGREES) && (agrees("address", EQUAL) || agrees("organization", EQUAL));
}

/** Whether a pair agrees in something that a person has for themselves: birth date, an id, or with the full name a contact. */
export function hasOwnEvidence(score: PairScore): boolean {
  const agrees = agreementOf(score);
  if (agrees("birthDate", DATE_AGREES) || agrees("identifier", EQUAL)) return true;
  return agrees("familyName", AGREES) && (agrees("email", EQUAL) || agrees("phone", SAME_NUMBER));
}

function agreementOf({ comparisons }: PairScore) {
  return (attribute: ComparedAttribute, levels: ReadonlySet<Level>): boolean =>
    comparisons.some((found) => found.attribute === attribute && levels.has(found.level));
}

/**
 * What two records cannot both say of one person, or null: that one is the elder and one the younger, clearly different
 * birth dates, clearly different given names. Slips, exchanged parts and everything missing contradict nothing.
 */
export function clearContradiction(likenesses: readonly Likeness[]): Likeness | null {
  const against = (attribute: ComparedAttribute, ...levels: Level[]) =>
    likenesses.find((found) => found.attribute === attribute && levels.includes(found.level)) ?? null;
  return (
    against("generation", "DIFFERENT") ??
    against("birthDate", "DIFFERENT") ??
    against("givenName", "DIFFERENT", "OTHER_NAME")
  );
}
