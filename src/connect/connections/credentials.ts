import { DomainError } from "../../errors";
import { AnyAdapter } from "../pipeline/adapter";
import { isObject } from "../reading/payload";

const VALUE_MAX = 10_000;

/** The credentials of one connection by the names of the system's fields. */
export type Credentials = Readonly<Record<string, string>>;

/**
 * Credentials as a tenant hands them over, checked against what the system needs.
 *
 * @throws DomainError BAD_USER_INPUT that names the field and repeats no value
 */
export function readCredentials(adapter: AnyAdapter, given: unknown): Credentials {
  if (!isObject(given)) refuse('credentials has to be an object of names and texts, such as { "secret": "..." }.');
  const names = adapter.credentialFields.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    refuse(`${adapter.system} has no credential of a name that was given. It has: ${names.join(", ")}.`);
  }
  const credentials: Record<string, string> = {};
  for (const { name, required } of adapter.credentialFields) {
    const value = given[name];
    if (value === undefined || value === null || value === "") {
      if (required) refuse(`credentials.${name} is missing: ${adapter.system} needs it.`);
      continue;
    }
    if (typeof value !== "string" || value.length > VALUE_MAX) {
      refuse(`credentials.${name} has to be a text of 1 to ${VALUE_MAX} characters.`);
    }
    credentials[name] = value;
  }
  const problem = adapter.findCredentialProblem?.(credentials) ?? null;
  if (problem !== null) refuse(problem);
  return credentials;
}

function refuse(message: string): never {
  throw new DomainError("BAD_USER_INPUT", message);
}
