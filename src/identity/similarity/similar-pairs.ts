import { type ProfiledRecord, similarityCandidates } from "./candidates";
import { comparePair, type SimilarPair } from "./similar-pair";
import type { SimilarityRules } from "./similarity-rules";

/** All pairs of these records from the review threshold on, compared from nothing; strongest first. */
export function similarPairs(records: readonly ProfiledRecord[], rules: SimilarityRules): SimilarPair[] {
  const pairs: SimilarPair[] = [];
  for (const [a, b] of similarityCandidates(records, rules)) {
    const pair = comparePair(records[a]!, records[b]!, rules);
    if (pair !== null) pairs.push(pair);
  }
  return pairs.sort(strongestFirst);
}

/** Of equals, those with the older records first. */
export function strongestFirst(x: SimilarPair, y: SimilarPair): number {
  if (x.strength !== y.strength) return y.strength - x.strength;
  if (x.recordA !== y.recordA) return x.recordA < y.recordA ? -1 : 1;
  return x.recordB < y.recordB ? -1 : 1;
}
