import { domainToASCII } from "node:url";
import { foldText } from "./fold-text";

/** What a tenant chose to hold for one mailbox. Both are off by default: most mail systems tell such addresses apart. */
export interface EmailFolding {
  /** Dots before the @ at Google's own domains, the only large provider that ignores them; googlemail.com is gmail.com then. */
  readonly dots: boolean;
  /** What follows a + before the @, at any domain. */
  readonly plusTags: boolean;
}

/** Lengths of RFC 5321, 4.5.3.1. */
const LOCAL_MAX = 64;
const DOMAIN_MAX = 253;

/** The atoms of RFC 5322 and everything beyond ASCII (RFC 6531). Dots may stand anywhere: Japanese carriers gave such addresses out. */
const LOCAL = /^[a-z0-9!#$%&'*+\-/=?^_`{|}~.\u0080-\u{10ffff}]+$/u;
const QUOTED_LOCAL = /^"(?:[^"\\\p{Cc}]|\\\P{Cc})+"$/u;
const DOMAIN_CHARACTERS = /^[a-z0-9.\-\u0080-\u{10ffff}]+$/u;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const TOP_LEVEL = /^(?:[a-z]+|xn--[a-z0-9-]+)$/;
const GOOGLE = new Set(["gmail.com", "googlemail.com"]);
/** Spaces and controls beyond ASCII, which an address cannot hold even in quotes. */
const SEPARATOR_OR_CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u1680]/u;

/** The address in lower case with its domain in ASCII (UTS 46), or null when it is none. Takes `Ann <ann@example.com>` and `mailto:` too. */
export function normalizeEmail(text: string, folding: EmailFolding): string | null {
  const address = bareAddress(foldText(text));
  const at = address.lastIndexOf("@");
  if (at < 1) return null;
  const domain = normalizeDomain(address.slice(at + 1));
  const local = normalizeLocal(address.slice(0, at));
  if (domain === null || local === null) return null;
  return foldMailbox(local, domain, folding);
}

function bareAddress(text: string): string {
  const open = text.lastIndexOf("<");
  const address = open >= 0 && text.endsWith(">") ? text.slice(open + 1, -1).trim() : text;
  return address.startsWith("mailto:") ? address.slice("mailto:".length).trim() : address;
}

function normalizeDomain(text: string): string | null {
  // domainToASCII reads a URL's host: percent signs, ports and paths would be taken for parts of a domain.
  if (text.length > DOMAIN_MAX || !DOMAIN_CHARACTERS.test(text)) return null;
  const domain = domainToASCII(text).replace(/\.$/, "");
  if (domain === "" || domain.length > DOMAIN_MAX) return null;
  const labels = domain.split(".");
  if (labels.length < 2 || !TOP_LEVEL.test(labels[labels.length - 1] ?? "")) return null;
  return labels.every((label) => label.length <= 63 && LABEL.test(label)) ? domain : null;
}

function normalizeLocal(text: string): string | null {
  if (text.length > LOCAL_MAX || SEPARATOR_OR_CONTROL.test(text)) return null;
  if (LOCAL.test(text)) return text;
  if (!QUOTED_LOCAL.test(text)) return null;
  const content = text.slice(1, -1).replace(/\\(.)/gu, "$1");
  // Quotes around what needs none are not part of the mailbox's name (RFC 5321, 4.1.2).
  return LOCAL.test(content) ? content : text;
}

function foldMailbox(local: string, domain: string, folding: EmailFolding): string {
  let mailbox = local;
  if (folding.plusTags) {
    const plus = mailbox.indexOf("+");
    if (plus > 0) mailbox = mailbox.slice(0, plus);
  }
  if (!folding.dots || !GOOGLE.has(domain)) return `${mailbox}@${domain}`;
  return `${mailbox.replaceAll(".", "") || mailbox}@gmail.com`;
}
