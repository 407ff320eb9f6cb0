/** Winkler's reward for each of the first four characters that agree. */
const PREFIX_REWARD = 0.1;
const PREFIX_MAX = 4;

/**
 * How alike two short texts are, from 0 to 1 (Jaro 1989, with Winkler's prefix of 1990): the share of characters that
 * stand in both at about the same place, less for those in another order, more for a common beginning.
 */
export function jaroWinkler(first: string, second: string): number {
  const jaro = similarity([...first], [...second]);
  let prefix = 0;
  while (prefix < PREFIX_MAX && prefix < first.length && first[prefix] === second[prefix]) prefix++;
  return jaro + prefix * PREFIX_REWARD * (1 - jaro);
}

function similarity(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  // The window is what makes it Jaro's: characters further apart are no match. Matching runs over the shorter text, so
  // that the answer does not depend on which of the two came first.
  const [short, long] = a.length < b.length || (a.length === b.length && a.join("") < b.join("")) ? [a, b] : [b, a];
  const window = Math.max(0, Math.floor(long.length / 2) - 1);
  const taken = long.map(() => false);
  const matched: string[] = [];
  for (let i = 0; i < short.length; i++) {
    const end = Math.min(long.length - 1, i + window);
    for (let j = Math.max(0, i - window); j <= end; j++) {
      if (taken[j] || long[j] !== short[i]) continue;
      taken[j] = true;
      matched.push(short[i]!);
      break;
    }
  }
  if (matched.length === 0) return 0;
  const others = long.filter((_, j) => taken[j]);
  const misplaced = matched.filter((character, i) => character !== others[i]).length / 2;
  const share = matched.length;
  return (share / short.length + share / long.length + (share - misplaced) / share) / 3;
}
