import { hash } from "node:crypto";
import { blockingKeys } from "./blocking-keys";
import { type PersonProfile, type ProfiledIdentifier, personProfile } from "./person-profile";

/** What one record says of its person, as it is kept for comparing. */
export interface DescribedPerson {
  readonly profile: PersonProfile;
  /** The record's blocking keys as numbers, ascending, each once. */
  readonly keys: readonly number[];
}

/** Null when the record says nothing by which people are found and compared. */
export function describePerson(
  attributes: Readonly<Record<string, unknown>>,
  identifiers: readonly ProfiledIdentifier[],
  recordBracket: number,
): DescribedPerson | null {
  const profile = personProfile(attributes, identifiers);
  const keys = [...new Set(blockingKeys(profile, recordBracket).map(keyNumber))].sort((a, b) => a - b);
  return keys.length === 0 ? null : { profile, keys };
}

/**
 * A key as a number below 2^52, from its SHA-256: as an index entry a tenth of the text. Should two keys ever have one
 * number, some records are compared in vain.
 */
function keyNumber(key: string): number {
  return Number.parseInt(hash("sha256", key).slice(0, DIGITS_OF_52_BITS), 16);
}

const DIGITS_OF_52_BITS = 13;

/** A profile as the text that is stored. */
export function encodeProfile({ address, identifiers, ...profile }: PersonProfile): string {
  const stored: StoredProfile = { ...profile, address, identifiers: [...identifiers] };
  return JSON.stringify(stored);
}

export function decodeProfile(text: string): PersonProfile {
  const { name, birthDates, gender, emails, phones, organizations, address, identifiers } = JSON.parse(
    text,
  ) as StoredProfile;
  return { name, birthDates, gender, address, emails, phones, organizations, identifiers: new Map(identifiers) };
}

/** With a list in the place of what JSON does not know. */
type StoredProfile = Omit<PersonProfile, "identifiers"> & {
  readonly identifiers: readonly (readonly [string, readonly string[]])[];
};
