import { compareAddresses } from "./compare/compare-address";
import { compareBirthDates } from "./compare/compare-birth-date";
import { compareEmails } from "./compare/compare-email";
import { compareGenders } from "./compare/compare-gender";
import { compareIdentifiers } from "./compare/compare-identifier";
import { compareNames } from "./compare/compare-name";
import { compareOrganizations } from "./compare/compare-organization";
import { comparePhones } from "./compare/compare-phone";
import type { ComparedAttribute, Likeness } from "./comparison";
import { type SimilarityWeights, weightOf } from "./model";
import type { PersonProfile } from "./person-profile";

/** One compared attribute with what it adds to the strength, in bits. */
export interface Comparison extends Likeness {
  readonly weight: number;
}

export interface PairScore {
  /** The sum of the weights, in bits: log2 of the factor by which the comparison changes the odds of one person. */
  readonly strength: number;
  readonly comparisons: readonly Comparison[];
}

const ADDRESS: ReadonlySet<ComparedAttribute> = new Set(["address", "postalCode", "city"]);
const HOUSEHOLD: ReadonlySet<ComparedAttribute> = new Set([...ADDRESS, "familyName", "phone", "email"]);
/** Levels at which given names are not held to be of two people who live together. */
export const AGREEING: ReadonlySet<string> = new Set(["EXACT", "FORM", "SLIP", "PART", "INITIAL"]);

/** How strongly two records speak of one person. The same for (a, b) as for (b, a), and the same every time. */
export function scorePair(a: PersonProfile, b: PersonProfile, weights: SimilarityWeights): PairScore {
  let comparisons = likenessesOf(a, b).map((likeness) => ({ ...likeness, weight: weightOf(likeness, weights) }));
  comparisons = capped(comparisons, ADDRESS, weights.addressAtMost);
  const given = comparisons.find(({ attribute }) => attribute === "givenName");
  if (given !== undefined && !AGREEING.has(given.level)) {
    comparisons = capped(comparisons, HOUSEHOLD, weights.householdAtMost);
  }
  return { strength: comparisons.reduce((sum, { weight }) => sum + weight, 0), comparisons };
}

/** What a comparison of two records finds, without weights. */
export function likenessesOf(a: PersonProfile, b: PersonProfile): Likeness[] {
  const words = [a.name, b.name].flatMap((name) => (name === null ? [] : [...name.given, ...name.family])).sort();
  const single = [
    compareBirthDates(a.birthDates, b.birthDates),
    compareGenders(a.gender, b.gender),
    compareEmails(a.emails, b.emails, words),
    comparePhones(a.phones, b.phones),
    compareOrganizations(a.organizations, b.organizations),
  ];
  return [
    ...compareNames(a.name, b.name),
    ...single.filter((likeness) => likeness !== null),
    ...compareAddresses(a.address, b.address),
    ...compareIdentifiers(a.identifiers, b.identifiers),
  ];
}

/** Scales what speaks for these attributes so that together it does not pass the ceiling; what speaks against stays. */
function capped(
  comparisons: readonly Comparison[],
  attributes: ReadonlySet<ComparedAttribute>,
  ceiling: number,
): Comparison[] {
  const total = comparisons.reduce(
    (sum, { attribute, weight }) => (attributes.has(attribute) && weight > 0 ? sum + weight : sum),
    0,
  );
  if (total <= ceiling) return [...comparisons];
  return comparisons.map((comparison) =>
    attributes.has(comparison.attribute) && comparison.weight > 0
      ? { ...comparison, weight: (comparison.weight * ceiling) / total }
      : comparison,
  );
}
