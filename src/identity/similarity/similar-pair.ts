import type { ProfiledRecord } from "./candidates";
import { clearContradiction, hasOwnEvidence, hasPersonalEvidence } from "./judgement";
import { type SimilarityWeights, withoutCeilings } from "./model";
import { type Comparison, type PairScore, scorePair } from "./score";
import type { SimilarityRules } from "./similarity-rules";
import { isWithinReach } from "./within-reach";

/** Two records that were compared and found alike enough to be worth a suggestion at least. */
export interface SimilarPair extends PairScore {
  /** The older of the two. */
  readonly recordA: string;
  readonly recordB: string;
  /** With the values of recordA first. */
  readonly comparisons: readonly Comparison[];
}

/** A pair that is open for a person's decision. */
export interface SuggestedPair extends SimilarPair {
  /** The customer who holds recordA. */
  readonly profileA: string;
  readonly profileB: string;
}

/** One name for a pair, whichever of the two comes first. */
export function pairKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** Compares two records; null when they are not even worth a suggestion. */
export function comparePair(one: ProfiledRecord, other: ProfiledRecord, rules: SimilarityRules): SimilarPair | null {
  const strength = Math.min(rules.reviewThreshold, rules.autoThreshold);
  if (!isWithinReach(one.profile, other.profile, weightsOf(rules), strength)) return null;
  const pair = compareRecords(one, other, rules);
  return pair.strength >= strength ? pair : null;
}

/** Compares two records, however little alike they are. */
export function compareRecords(one: ProfiledRecord, other: ProfiledRecord, rules: SimilarityRules): SimilarPair {
  const [a, b] = one.id < other.id ? [one, other] : [other, one];
  return { recordA: a.id, recordB: b.id, ...scorePair(a.profile, b.profile, weightsOf(rules)) };
}

function weightsOf({ guard, weights }: SimilarityRules): SimilarityWeights {
  return guard ? weights : withoutCeilings(weights);
}

/** Whether a pair may join without being asked about. */
export function joinsByItself(score: PairScore, rules: SimilarityRules): boolean {
  if (score.strength < rules.autoThreshold) return false;
  return !rules.guard || (hasPersonalEvidence(score) && clearContradiction(score.comparisons) === null);
}

export const LAST_STEP = Number.NEGATIVE_INFINITY;

/**
 * The step at which a pair is judged; greater ones go first, and pairs of one step together. Steps are of one bit, but for
 * those that say only that people of one name, or one initial, live or work at one place: they come last and all together,
 * because a bit more or less does not tell a father from a son of his name, or one twin from the other.
 */
export function stepOf(score: PairScore): number {
  return hasOwnEvidence(score) ? Math.floor(score.strength) : LAST_STEP;
}
