import { hash } from "node:crypto";
import { type IdentifierKind, NAMESPACED_KINDS } from "../identifier-kind";
import { isBlockedByRules } from "../rules/rules-blocking";
import { isBlockedEmail, isBlockedPhone, isBlockedValue } from "./blocked-values";
import { foldText, trimText } from "./fold-text";
import { type EmailFolding, normalizeEmail } from "./normalize-email";
import { normalizeHandle, withoutAt } from "./normalize-handle";
import { foldPhone, normalizePhone, phoneDigits } from "./normalize-phone";
import { normalizeWhatsappId } from "./normalize-whatsapp-id";

export const VALUE_MAX = 1024;
export const NAMESPACE_MAX = 100;

export interface IdentifierText {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly namespace?: string | null;
}

/** A tenant's choices that normalization depends on. */
export interface NormalizeOptions {
  /** ISO 3166 alpha-2 in upper case, for numbers without a country code; null: such numbers are unreadable. */
  readonly defaultCountry: string | null;
  readonly emailFolding: EmailFolding;
  /** Values of the tenant's own that join nobody; see `isBlockedByRules`. */
  readonly blockedValues?: readonly string[];
  readonly blockedPatterns?: readonly string[];
}

export interface NormalizedIdentifier {
  /** Digest of kind, namespace and value as a uuid: known without asking a database, equal where the three are. */
  readonly id: string;
  readonly kind: IdentifierKind;
  /** Empty for none. */
  readonly namespace: string;
  /** What joins. Of an unusable value: the best there is, so that the same junk is one value. */
  readonly value: string;
  /** As it was sent. */
  readonly raw: string;
  /** Whether it may join records. An unusable identifier is kept and shown. */
  readonly usable: boolean;
  /** BLOCKED: a placeholder. UNREADABLE: not of its kind. */
  readonly reason: null | "BLOCKED" | "UNREADABLE";
}

/** Why an identifier cannot be taken at all, in words for its sender. */
export interface IdentifierProblem {
  readonly problem: "NAMESPACE_REQUIRED" | "NAMESPACE_TOO_LONG" | "VALUE_TOO_LONG";
  readonly message: string;
}

export function isIdentifierProblem(result: NormalizedIdentifier | IdentifierProblem): result is IdentifierProblem {
  return "problem" in result;
}

/**
 * One spelling for an identifier, so that equal means the same. Never throws; the result of normalizing a normalized
 * value is that value. Placeholders are judged before anything is parsed, and once more on what parsing made of them.
 */
export function normalizeIdentifier(
  input: IdentifierText,
  options: NormalizeOptions,
): NormalizedIdentifier | IdentifierProblem {
  const { kind, value: raw } = input;
  if (raw.length > VALUE_MAX) return valueTooLong(kind);
  if ((input.namespace?.length ?? 0) > NAMESPACE_MAX) return namespaceTooLong(kind);
  const namespace = foldText(input.namespace ?? "");
  if (namespace === "" && NAMESPACED_KINDS.has(kind)) {
    return {
      problem: "NAMESPACE_REQUIRED",
      message: `An identifier of kind ${kind} needs a namespace that says whose ids they are, such as "hubspot".`,
    };
  }
  const { value, reason } = judge(kind, raw, options);
  // NFKC can make one character out of eighteen; stored lengths are bounded all the same.
  if (value.length > VALUE_MAX) return valueTooLong(kind);
  if (namespace.length > NAMESPACE_MAX) return namespaceTooLong(kind);
  return { id: identifierId(kind, namespace, value), kind, namespace, value, raw, usable: reason === null, reason };
}

/** The first 16 bytes of SHA-256, as a uuid; the namespace's length keeps (`a`, `bc`) and (`ab`, `c`) apart. */
export function identifierId(kind: IdentifierKind, namespace: string, value: string): string {
  const digest = hash("sha256", `${kind}\n${namespace.length}:${namespace}${value}`, "hex");
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-${digest.slice(12, 16)}-${digest.slice(16, 20)}-${digest.slice(20, 32)}`;
}

function judge(
  kind: IdentifierKind,
  raw: string,
  options: NormalizeOptions,
): { value: string; reason: NormalizedIdentifier["reason"] } {
  const folded = kind === "PHONE" || kind === "WHATSAPP_ID" ? foldPhone(raw) : foldText(raw);
  const bare = withoutAt(folded);
  if (isBlockedValue(bare)) return { value: bare, reason: "BLOCKED" };
  if (isBlockedForKind(kind, folded)) return { value: folded, reason: "BLOCKED" };
  const value = parse(kind, raw, options);
  if (value === null) return { value: folded, reason: "UNREADABLE" };
  const parsed = foldText(value);
  if (isBlockedValue(parsed) || isBlockedForKind(kind, parsed)) return { value: parsed, reason: "BLOCKED" };
  // Judged on the value alone, never on how it was written: blocking or unblocking one leaves it the same identifier.
  return { value, reason: isBlockedByRules(value, options) ? "BLOCKED" : null };
}

function isBlockedForKind(kind: IdentifierKind, folded: string): boolean {
  switch (kind) {
    case "EMAIL":
      return isBlockedEmail(folded);
    case "PHONE":
    case "WHATSAPP_ID":
      return isBlockedPhone(phoneDigits(folded));
    default:
      return false;
  }
}

/** Null when the text is not of its kind. */
function parse(kind: IdentifierKind, raw: string, options: NormalizeOptions): string | null {
  switch (kind) {
    case "EMAIL":
      return normalizeEmail(raw, options.emailFolding);
    case "PHONE":
      return normalizePhone(raw, options.defaultCountry);
    case "WHATSAPP_ID":
      return normalizeWhatsappId(raw, options.defaultCountry);
    case "X_HANDLE":
      return normalizeHandle(raw);
    default:
      return trimText(raw);
  }
}

function valueTooLong(kind: IdentifierKind): IdentifierProblem {
  return { problem: "VALUE_TOO_LONG", message: `An identifier's value has at most ${VALUE_MAX} characters (${kind}).` };
}

function namespaceTooLong(kind: IdentifierKind): IdentifierProblem {
  return {
    problem: "NAMESPACE_TOO_LONG",
    message: `An identifier's namespace has at most ${NAMESPACE_MAX} characters (${kind}).`,
  };
}
