/** What two records are compared by. */
export type ComparedAttribute =
  | "givenName"
  | "familyName"
  | "generation"
  | "birthDate"
  | "gender"
  | "address"
  | "postalCode"
  | "city"
  | "email"
  | "phone"
  | "organization"
  | "identifier";

/**
 * How alike two values of an attribute are. What one record lacks is not compared at all: missing says nothing. Not every
 * attribute knows every level; what each means there is said by its comparator.
 */
export type Level =
  | "EXACT"
  | "FORM"
  | "SLIP"
  | "EXCHANGED"
  | "TWO_PARTS"
  | "PART"
  | "INITIAL"
  | "NEAR"
  | "OF_NAME"
  | "OTHER_NAME"
  | "DIFFERENT";

/** What a comparator found, without a weight. */
export interface Likeness {
  readonly attribute: ComparedAttribute;
  readonly level: Level;
  readonly valueA: string;
  readonly valueB: string;
  /** The share of people who have this value, where that is known: rare values count for more. */
  readonly share?: number;
}

/** Every level that an attribute has, most alike first. */
export const LEVELS_OF: Readonly<Record<ComparedAttribute, readonly Level[]>> = {
  givenName: ["EXACT", "FORM", "SLIP", "PART", "INITIAL", "NEAR", "OTHER_NAME", "DIFFERENT"],
  familyName: ["EXACT", "FORM", "SLIP", "PART", "INITIAL", "NEAR", "DIFFERENT"],
  generation: ["EXACT", "PART", "DIFFERENT"],
  birthDate: ["EXACT", "EXCHANGED", "SLIP", "TWO_PARTS", "NEAR", "DIFFERENT"],
  gender: ["EXACT", "DIFFERENT"],
  address: ["EXACT", "NEAR", "PART", "DIFFERENT"],
  postalCode: ["EXACT", "SLIP", "DIFFERENT"],
  city: ["EXACT", "SLIP", "DIFFERENT"],
  email: ["EXACT", "SLIP", "PART", "OF_NAME", "DIFFERENT"],
  phone: ["EXACT", "PART", "SLIP", "DIFFERENT"],
  organization: ["EXACT", "NEAR", "DIFFERENT"],
  identifier: ["EXACT", "SLIP", "DIFFERENT"],
};

/** The most alike of what several values of one attribute gave; the first of equals. */
export function mostAlike(likenesses: readonly Likeness[]): Likeness | null {
  let best: Likeness | null = null;
  for (const likeness of likenesses) {
    const levels = LEVELS_OF[likeness.attribute];
    if (best === null || levels.indexOf(likeness.level) < levels.indexOf(best.level)) best = likeness;
  }
  return best;
}
