import { compareBirthDates } from "./compare/compare-birth-date";
import { compareGenders } from "./compare/compare-gender";
import { compareNames } from "./compare/compare-name";
import { comparePhones } from "./compare/compare-phone";
import type { ComparedAttribute } from "./comparison";
import { type LevelRates, type SimilarityWeights, weightOf } from "./model";
import type { PersonProfile } from "./person-profile";
import { AGREEING } from "./score";

/** Far more than sums of the same weights in another order differ by. */
const ROUNDING = 1e-6;

/**
 * Whether two records may be as alike as that: false only where `scorePair` would find less. Of ten candidates nine are told
 * by their names, birth dates and telephones, whatever else they have in common, which is then not compared at all.
 */
export function isWithinReach(
  a: PersonProfile,
  b: PersonProfile,
  weights: SimilarityWeights,
  strength: number,
): boolean {
  const most = mostOf(weights.levels);
  let own = 0;
  let household = 0;
  let isOnePerson = true;
  for (const likeness of compareNames(a.name, b.name)) {
    const weight = weightOf(likeness, weights);
    if (likeness.attribute === "familyName" && weight > 0) household += weight;
    else own += weight;
    if (likeness.attribute === "givenName") isOnePerson = AGREEING.has(likeness.level);
  }
  const date = compareBirthDates(a.birthDates, b.birthDates);
  if (date !== null) own += weightOf(date, weights);
  const gender = compareGenders(a.gender, b.gender);
  if (gender !== null) own += weightOf(gender, weights);
  const phone = comparePhones(a.phones, b.phones);
  const reached = phone === null ? 0 : weightOf(phone, weights);
  if (reached > 0) household += reached;
  else own += reached;
  household += most.email(a.emails, b.emails);
  if (a.address !== null && b.address !== null) household += Math.min(most.address, Math.max(0, weights.addressAtMost));
  own += most.organization(a.organizations, b.organizations);
  for (const [namespace, values] of a.identifiers) {
    own += most.identifier(values, b.identifiers.get(namespace) ?? []);
  }
  const shared = isOnePerson ? household : Math.min(household, Math.max(0, weights.householdAtMost));
  return !(own + shared < strength - ROUNDING);
}

type Levels = SimilarityWeights["levels"];

/** What the attributes that are not compared add at most. */
interface Most {
  readonly address: number;
  readonly email: MostOfValues;
  readonly organization: MostOfValues;
  readonly identifier: MostOfValues;
}

type MostOfValues = (a: readonly string[], b: readonly string[]) => number;

const KNOWN = new WeakMap<Levels, Most>();

function mostOf(levels: Levels): Most {
  const known = KNOWN.get(levels);
  if (known !== undefined) return known;
  const ofAll = (attribute: ComparedAttribute) => mostBits(Object.values(levels[attribute]));
  const most: Most = {
    address: ofAll("address") + ofAll("postalCode") + ofAll("city"),
    email: mostOfValues(levels.email),
    organization: mostOfValues(levels.organization),
    identifier: mostOfValues(levels.identifier),
  };
  KNOWN.set(levels, most);
  return most;
}

/** Only the very same value is EXACT. */
function mostOfValues(rates: Levels[ComparedAttribute]): MostOfValues {
  const { EXACT, ...others } = rates;
  const unequal = mostBits(Object.values(others));
  const equal = Math.max(unequal, mostBits([EXACT]));
  return (a, b) => {
    if (a.length === 0 || b.length === 0) return 0;
    return a.some((value) => b.includes(value)) ? equal : unequal;
  };
}

function mostBits(rates: readonly (LevelRates | undefined)[]): number {
  return Math.max(0, ...rates.map((rate) => (rate === undefined ? 0 : Math.log2(rate.m / rate.u))));
}
