import { type Level, type Likeness, mostAlike } from "../comparison";
import { editDistance } from "./edit-distance";

/** Steps between two addresses that a slip of the pen takes. */
const SLIP_STEPS = 2;
const SLIP_FROM = 8;

/**
 * Compares e-mail addresses, the most alike pair of them.
 *
 * EXACT; SLIP: a step or two apart; PART: the same mailbox name at another domain; OF_NAME: one of these two, where the
 * mailbox is made of the person's name and so says again what the name said; DIFFERENT.
 *
 * @param words the words of both records' names, plain
 */
export function compareEmails(a: readonly string[], b: readonly string[], words: readonly string[]): Likeness | null {
  const pairs = a.flatMap((valueA) => b.map((valueB) => ({ valueA, valueB })));
  return mostAlike(
    pairs.map(({ valueA, valueB }) => ({
      attribute: "email",
      level: compareAddresses(valueA, valueB, words),
      valueA,
      valueB,
    })),
  );
}

function compareAddresses(a: string, b: string, words: readonly string[]): Level {
  if (a === b) return "EXACT";
  const [localA, localB] = [localOf(a), localOf(b)];
  const slip = Math.min(a.length, b.length) >= SLIP_FROM && editDistance(a, b, SLIP_STEPS) <= SLIP_STEPS;
  if (!slip && localA !== localB) return "DIFFERENT";
  if (isMadeOf(localA, words) || isMadeOf(localB, words)) return "OF_NAME";
  return slip ? "SLIP" : "PART";
}

/** Whether nothing is left of a mailbox's name, digits included, once the words of a name are taken out of it. */
function isMadeOf(local: string, words: readonly string[]): boolean {
  let rest = local;
  for (const word of [...words].sort((x, y) => y.length - x.length || (x < y ? -1 : 1))) {
    if (word.length > 1) rest = rest.replace(word, "");
  }
  const initials = new Set(words.map((word) => word[0]));
  return [...rest.replace(/[^\p{L}\p{N}]/gu, "")].every((character) => initials.has(character)) && rest.length <= 4;
}

function localOf(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}
