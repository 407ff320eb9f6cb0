import { codesOf } from "./codes-of";

/** Winkler's reward for each of the first four characters that agree. */
const PREFIX_REWARD = 0.1;
const PREFIX_MAX = 4;

/**
 * How alike two short texts are, from 0 to 1 (Jaro 1989, with Winkler's prefix of 1990): the share of characters that
 * stand in both at about the same place, less for those in another order, more for a common beginning. A character is a code
 * point: half of one is nothing that two texts could have in common.
 */
export function jaroWinkler(first: string, second: string): number {
  const a = codesOf(first);
  const b = codesOf(second);
  const jaro = a.length === 0 || b.length === 0 ? 0 : similarity(a, b, first < second);
  let prefix = 0;
  while (prefix < PREFIX_MAX && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * PREFIX_REWARD * (1 - jaro);
}

/** @param isFirst whether of two texts of one length `a` is the one to begin with */
function similarity(a: readonly number[], b: readonly number[], isFirst: boolean): number {
  // The window is what makes it Jaro's: characters further apart are no match. Matching runs over the shorter text, so
  // that the answer does not depend on which of the two came first.
  const [short, long] = a.length < b.length || (a.length === b.length && isFirst) ? [a, b] : [b, a];
  const window = Math.max(0, Math.floor(long.length / 2) - 1);
  const taken = new Uint8Array(long.length);
  const matched: number[] = [];
  for (let i = 0; i < short.length; i++) {
    const end = Math.min(long.length - 1, i + window);
    for (let j = Math.max(0, i - window); j <= end; j++) {
      if (taken[j] === 1 || long[j] !== short[i]) continue;
      taken[j] = 1;
      matched.push(short[i]!);
      break;
    }
  }
  if (matched.length === 0) return 0;
  let misplaced = 0;
  let place = 0;
  for (let j = 0; j < long.length; j++) {
    if (taken[j] === 1 && matched[place++] !== long[j]) misplaced += 0.5;
  }
  const share = matched.length;
  return (share / short.length + share / long.length + (share - misplaced) / share) / 3;
}
