import { foldText } from "../normalize/fold-text";
import { EmailFolding, normalizeEmail } from "../normalize/normalize-email";
import { withoutAt } from "../normalize/normalize-handle";
import { normalizePhone } from "../normalize/normalize-phone";
import { normalizeWhatsappId } from "../normalize/normalize-whatsapp-id";

/** A tenant's own blocked values, and the rules by which they are spelled. */
export interface BlockingRules {
  readonly defaultCountry: string | null;
  readonly emailFolding: EmailFolding;
  readonly blockedValues?: readonly string[];
  readonly blockedPatterns?: readonly string[];
}

type Matcher = (folded: string) => boolean;

/** By the rules they were made of, which never change once they are in force. */
const matchers = new WeakMap<BlockingRules, Matcher>();

/** Whether the tenant's rules keep this value from joining. Expects it normalized; case and width do not matter. */
export function isBlockedByRules(value: string, rules: BlockingRules): boolean {
  if (!rules.blockedValues?.length && !rules.blockedPatterns?.length) return false;
  let matcher = matchers.get(rules);
  if (!matcher) {
    matcher = matcherOf(rules);
    matchers.set(rules, matcher);
  }
  return matcher(foldText(value));
}

/**
 * Whether a text fits a pattern in which `*` stands for any characters, also none, and everything else for itself. Each
 * part between two stars is looked for once, behind the one before it, so that no pattern takes more time than its
 * length times that of the text.
 */
export function fitsPattern(text: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === pattern;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of others) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

function matcherOf(rules: BlockingRules): Matcher {
  const values = new Set(rules.blockedValues?.flatMap((value) => spellings(value, rules)));
  const patterns = rules.blockedPatterns?.map((pattern) => foldText(pattern)) ?? [];
  return (folded) => values.has(folded) || patterns.some((pattern) => fitsPattern(folded, pattern));
}

/** What the value is normalized to, whatever kind it is of: a blocked phone number is blocked in any notation. */
function spellings(value: string, { defaultCountry, emailFolding }: BlockingRules): string[] {
  const parsed = [
    normalizeEmail(value, emailFolding),
    normalizePhone(value, defaultCountry),
    normalizeWhatsappId(value, defaultCountry),
  ];
  const folded = foldText(value);
  return [folded, withoutAt(folded), ...parsed.flatMap((one) => (one === null ? [] : foldText(one)))];
}
