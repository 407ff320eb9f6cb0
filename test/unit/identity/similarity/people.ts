import type { IdentifierKind } from "../../../../src/identity/identifier-kind";
import { type PersonProfile, personProfile } from "../../../../src/identity/similarity/person-profile";

/** What a test says of a record: attributes, and identifiers as they would be normalized. */
export interface Said {
  readonly [attribute: string]: unknown;
  readonly email?: string;
  readonly phone?: string;
  readonly ssn?: string;
}

export function person({ email, phone, ssn, ...attributes }: Said): PersonProfile {
  const identifiers: [IdentifierKind, string, string | undefined][] = [
    ["EMAIL", "", email],
    ["PHONE", "", phone],
    ["CUSTOM", "ssn", ssn],
  ];
  return personProfile(
    attributes,
    identifiers.flatMap(([kind, namespace, value]) => (value === undefined ? [] : [{ kind, namespace, value }])),
  );
}
