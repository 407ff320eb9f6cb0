import type { IdentifierKind } from "../identifier-kind";
import { asciiDigits } from "../normalize/fold-text";
import { birthDates } from "./compare/birth-date";
import { genderOf } from "./compare/gender";
import { type PersonName, personName } from "./compare/person-name";
import { type PostalAddress, postalAddress } from "./compare/postal-address";
import { plainText } from "./compare/writing";

/** An identifier of a record as it counts here: normalized, and one that may join. */
export interface ProfiledIdentifier {
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
}

/** Everything of one source record by which people are compared, spelled one way. What the record lacks is null or empty. */
export interface PersonProfile {
  readonly name: PersonName | null;
  /** Every date that the record's date of birth may mean, `yyyymmdd`. */
  readonly birthDates: readonly string[];
  readonly gender: "MALE" | "FEMALE" | null;
  readonly address: PostalAddress | null;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly organizations: readonly string[];
  /** Values of CUSTOM and LOYALTY_ID by namespace, letters and digits only. */
  readonly identifiers: ReadonlyMap<string, readonly string[]>;
}

/** The attributes that a profile is made of: a change of any other changes no comparison. */
export const PROFILE_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...["givenName", "familyName", "middleName", "displayName", "name", "fullName", "generation", "nameSuffix"],
  ...["dateOfBirth", "gender", "organization", "company"],
  ...["address", "line", "line1", "line2", "street", "city", "suburb", "town", "postalCode", "postcode", "zip"],
]);

const LEGAL_FORMS: ReadonlySet<string> = new Set([
  ...["inc", "ltd", "llc", "llp", "plc", "gmbh", "ag", "kg", "co", "corp", "corporation", "company", "limited", "sa"],
  ...["bv", "nv", "pty", "pte", "kk", "the", "株式会社", "有限会社", "บริษัท", "จำกัด", "มหาชน"],
]);
const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/u;
/** An id shorter than this is a number in a list, not somebody's. */
const IDENTIFIER_FROM = 4;
const ORGANIZATION_MAX = 200;

/**
 * What one record says of a person, for comparing it with others. Only attributes from trusted senders belong here, and
 * only identifiers that are neither placeholders nor CLAIMED.
 */
export function personProfile(
  attributes: Readonly<Record<string, unknown>>,
  identifiers: readonly ProfiledIdentifier[],
): PersonProfile {
  const of = (kind: IdentifierKind) =>
    [...new Set(identifiers.filter((identifier) => identifier.kind === kind).map(({ value }) => value))].sort();
  return {
    name: personName(attributes),
    birthDates: birthDates(attributes.dateOfBirth),
    gender: genderOf(attributes.gender),
    address: postalAddress(attributes),
    emails: of("EMAIL"),
    phones: of("PHONE"),
    organizations: organizationsOf(attributes),
    identifiers: keptIdentifiers(identifiers),
  };
}

function organizationsOf(attributes: Readonly<Record<string, unknown>>): string[] {
  const names = [attributes.organization, attributes.company].filter(
    (name): name is string => typeof name === "string" && name.length <= ORGANIZATION_MAX,
  );
  const plain = names.map((name) =>
    plainText(name)
      .split(SEPARATORS)
      .filter((word) => word !== "" && !LEGAL_FORMS.has(word))
      .join(" "),
  );
  return [...new Set(plain.filter((name) => name !== ""))].sort();
}

function keptIdentifiers(identifiers: readonly ProfiledIdentifier[]): Map<string, string[]> {
  const kept = new Map<string, string[]>();
  for (const { kind, namespace, value } of identifiers) {
    if (kind !== "CUSTOM" && kind !== "LOYALTY_ID") continue;
    const plain = asciiDigits(plainText(value)).replace(/[^\p{L}\p{N}]+/gu, "");
    if (plain.length < IDENTIFIER_FROM) continue;
    const values = kept.get(namespace) ?? [];
    if (!values.includes(plain)) kept.set(namespace, [...values, plain].sort());
  }
  return kept;
}
