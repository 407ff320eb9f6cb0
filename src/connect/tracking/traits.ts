import { IdentifierInput } from "../../identity/identifier-input.type";
import { isObject } from "../reading/payload";

/** Traits of the spec that have a name of their own here. */
const NAMES: Readonly<Record<string, string>> = {
  name: "displayName",
  firstName: "givenName",
  lastName: "familyName",
  first_name: "givenName",
  last_name: "familyName",
  birthday: "dateOfBirth",
};

const ADDRESS_NAMES: Readonly<Record<string, string>> = {
  street: "line",
  state: "region",
  postal_code: "postalCode",
};

const MIDNIGHT = /^(\d{4}-\d\d-\d\d)T00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?$/;

export interface ReadTraits {
  readonly identifiers: readonly IdentifierInput[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * What a call says about the person: `email` and `phone` identify, everything else is an attribute, those of the spec
 * under the names that Onefold gives them. A null clears.
 *
 * @see https://segment.com/docs/connections/spec/identify/#traits
 */
export function readTraits(traits: unknown): ReadTraits {
  if (!isObject(traits)) return { identifiers: [], attributes: {} };
  const { email, phone, address, ...others } = traits;
  const identifiers: IdentifierInput[] = [];
  if (isText(email)) identifiers.push({ kind: "EMAIL", value: email });
  if (isText(phone)) identifiers.push({ kind: "PHONE", value: phone });
  const home = isObject(address) ? renamed(address, ADDRESS_NAMES) : address;
  const all = renamed(address === undefined ? others : { ...others, address: home }, NAMES);
  const { dateOfBirth } = all;
  const day = isText(dateOfBirth) ? MIDNIGHT.exec(dateOfBirth)?.[1] : undefined;
  const attributes = day === undefined ? all : { ...all, dateOfBirth: day };
  return { identifiers, attributes };
}

/** By their names here; `Object.fromEntries` makes an own property of every name, whatever it is. */
function renamed(
  members: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [Object.hasOwn(names, name) ? names[name]! : name, value]),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
