import { IdentifierInput } from "../identity/identifier-input.type";
import { Assurance } from "../identity/identifier-kind";
import { isBlockedValue } from "../identity/normalize/blocked-values";
import { foldText } from "../identity/normalize/fold-text";
import {
  isIdentifierProblem,
  NormalizedIdentifier,
  normalizeIdentifier,
} from "../identity/normalize/normalize-identifier";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { SightedIdentifier } from "../identity/write/sighting";
import { Rejection } from "./prepared";
import { findJsonProblem, findTextProblem } from "./text-rules";

export const IDENTIFIERS_MAX = 50;
export const ATTRIBUTES_MAX = 100;
export const NAME_MAX = 100;
export const KEY_MAX = 512;
export const ATTRIBUTES_BYTES_MAX = 65_536;

/** Identifiers normalized, each once, at the highest assurance it was given. A PUBLIC key's are CLAIMED, whatever it says. */
export function readIdentifiers(
  inputs: readonly IdentifierInput[],
  trusted: boolean,
  rules: ResolutionRules,
): SightedIdentifier[] | Rejection {
  if (inputs.length > IDENTIFIERS_MAX)
    return { code: "TOO_LONG", message: `Send at most ${IDENTIFIERS_MAX} identifiers.` };
  const sighted = new Map<string, SightedIdentifier>();
  for (const [place, input] of inputs.entries()) {
    const problem = findTextProblem(input.value) ?? findTextProblem(input.namespace ?? "");
    if (problem) return { code: "INVALID_TEXT", message: `identifiers[${place}] ${problem}.` };
    const identifier = normalizeIdentifier(input, rules);
    if (isIdentifierProblem(identifier))
      return { code: "INVALID_IDENTIFIER", message: `identifiers[${place}]: ${identifier.message}` };
    const assurance: Assurance = trusted ? (input.assurance ?? "ASSERTED") : "CLAIMED";
    const known = sighted.get(identifier.id);
    if (!known || strongerOf(known.assurance, assurance) !== known.assurance)
      sighted.set(identifier.id, { identifier, assurance });
  }
  return [...sighted.values()];
}

/** Name to JSON text, as it was sent; a name that PostgreSQL could not store, or too much of it, is refused. */
export function readAttributes(attributes: unknown): Map<string, string> | Rejection {
  if (attributes === null || attributes === undefined) return new Map();
  if (typeof attributes !== "object" || Array.isArray(attributes)) {
    return { code: "INVALID_JSON", message: "attributes has to be an object of names and values." };
  }
  const problem = findJsonProblem(attributes);
  if (problem) return { code: "INVALID_JSON", message: `attributes ${problem}.` };
  const entries = Object.entries(attributes);
  if (entries.length > ATTRIBUTES_MAX)
    return { code: "TOO_LONG", message: `Send at most ${ATTRIBUTES_MAX} attributes.` };
  const texts = new Map<string, string>();
  let length = 0;
  for (const [name, value] of entries) {
    if (name === "" || name.length > NAME_MAX) {
      return { code: "TOO_LONG", message: `An attribute's name has 1 to ${NAME_MAX} characters.` };
    }
    const text = JSON.stringify(value);
    length += text.length;
    texts.set(name, text);
  }
  if (length > ATTRIBUTES_BYTES_MAX) {
    return { code: "TOO_LONG", message: `attributes may have ${ATTRIBUTES_BYTES_MAX} characters of JSON in all.` };
  }
  return texts;
}

/** The record's key: the source's own, else the first usable identifier with its kind. */
export function subjectKey(
  key: string | null | undefined,
  identifiers: readonly SightedIdentifier[],
): string | Rejection {
  const own = key?.trim() ?? "";
  if (own.length > KEY_MAX) return { code: "TOO_LONG", message: `A key has at most ${KEY_MAX} characters.` };
  const problem = findTextProblem(own);
  if (problem) return { code: "INVALID_TEXT", message: `key ${problem}.` };
  if (own !== "" && !isPlaceholderKey(own)) return own;
  const usable = identifiers.find(({ identifier }) => identifier.usable);
  if (usable) return keyOf(usable.identifier);
  return {
    code: "NO_SUBJECT",
    message: "Nothing says whose this is: send the person's key, or an identifier that is not a placeholder.",
  };
}

function keyOf({ kind, namespace, value }: NormalizedIdentifier): string {
  return namespace === "" ? `${kind} ${value}` : `${kind} ${namespace}:${value}`;
}

/** `undefined` is nobody's id, but a short number such as 11 may be: keys of digits are taken as they are. */
function isPlaceholderKey(key: string): boolean {
  const folded = foldText(key);
  return isBlockedValue(folded) && !/^[0-9]*[1-9][0-9]*$/.test(folded);
}

function strongerOf(a: Assurance, b: Assurance): Assurance {
  const order: readonly Assurance[] = ["CLAIMED", "ASSERTED", "VERIFIED"];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
