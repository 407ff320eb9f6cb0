import type { ComparedAttribute, Level, Likeness } from "./comparison";
import type { PairScore } from "./score";

const AGREES: ReadonlySet<Level> = new Set(["EXACT", "FORM", "SLIP", "PART"]);
const DATE_AGREES: ReadonlySet<Level> = new Set(["EXACT", "EXCHANGED", "SLIP"]);
const INITIAL: ReadonlySet<Level> = new Set(["INITIAL"]);
const ONE_SIDED: ReadonlySet<Level> = new Set(["PART"]);
const EQUAL: ReadonlySet<Level> = new Set(["EXACT"]);
/** A number without its country's code is the same number. */
const SAME_NUMBER: ReadonlySet<Level> = new Set(["EXACT", "PART"]);

/**
 * Whether what speaks for a pair is about the person and not only about a household, so that it may join by itself: given
 * names that agree (an initial only together with the very birth date and the family name), and beside them something of
 * their own, or the full name at one address or organization where nothing tells of a namesake there.
 */
export function hasPersonalEvidence(score: PairScore): boolean {
  const agrees = agreementOf(score);
  if (agrees("givenName", INITIAL)) return agrees("birthDate", EQUAL) && agrees("familyName", EQUAL);
  if (!agrees("givenName", AGREES)) return false;
  if (hasOwnEvidence(score)) return true;
  if (agrees("generation", ONE_SIDED)) return false;
  return agrees("familyName", AGREES) && (agrees("address", EQUAL) || agrees("organization", EQUAL));
}

/**
 * Whether a pair agrees in something that a person has for themselves: an id, or with the name the birth date or a contact.
 * A birth date is shared with thousands, so that where the family name is another one, address or contact have to agree
 * as well, and where it is missing the date has to be the very same. An initial may stand for a twin.
 */
export function hasOwnEvidence(score: PairScore): boolean {
  const agrees = agreementOf(score);
  if (agrees("givenName", INITIAL)) return false;
  if (agrees("identifier", EQUAL)) return true;
  const family = agrees("familyName", AGREES);
  const reached = agrees("email", EQUAL) || agrees("phone", SAME_NUMBER);
  if (!agrees("birthDate", DATE_AGREES)) return family && reached;
  const missing = !score.comparisons.some(({ attribute }) => attribute === "familyName");
  return family || reached || agrees("address", EQUAL) || (missing && agrees("birthDate", EQUAL));
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
