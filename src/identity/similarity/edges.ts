import { type ProfiledRecord, similarityCandidates } from "./candidates";
import { clearContradiction, hasOwnEvidence, hasPersonalEvidence } from "./judgement";
import { withoutCeilings } from "./model";
import { type PairScore, scorePair } from "./score";
import type { SimilarityRules } from "./similarity-rules";

/** A compared pair that is at least worth a suggestion. */
export interface SimilarityEdge extends PairScore {
  /** Places in the list of records, the lesser first. */
  readonly a: number;
  readonly b: number;
  /** Whether the rules let the pair join by itself; otherwise it is only a suggestion. */
  readonly joins: boolean;
}

/** All pairs of these records from the review threshold on, strongest first; of equals, the records given first. */
export function similarityEdges(records: readonly ProfiledRecord[], rules: SimilarityRules): SimilarityEdge[] {
  const edges: SimilarityEdge[] = [];
  const weights = rules.guard ? rules.weights : withoutCeilings(rules.weights);
  const least = Math.min(rules.reviewThreshold, rules.autoThreshold);
  for (const [a, b] of similarityCandidates(records, rules.blockLimit)) {
    const score = scorePair(records[a]!.profile, records[b]!.profile, weights);
    if (score.strength >= least) edges.push({ a, b, ...score, joins: joinsByItself(score, rules) });
  }
  return edges.sort((x, y) => y.strength - x.strength || x.a - y.a || x.b - y.b);
}

/** Whether a pair may join without being asked about. */
export function joinsByItself(score: PairScore, rules: SimilarityRules): boolean {
  if (score.strength < rules.autoThreshold) return false;
  return !rules.guard || (hasPersonalEvidence(score) && clearContradiction(score.comparisons) === null);
}

export const LAST_STEP = Number.NEGATIVE_INFINITY;

/**
 * The step at which an edge is judged; greater ones go first, and edges of one step together. Steps are of one bit, but for
 * those that say only that people of one name, or one initial, live or work at one place: they come last and all together,
 * because a bit more or less does not tell a father from a son of his name, or one twin from the other.
 */
export function stepOf(edge: PairScore): number {
  return hasOwnEvidence(edge) ? Math.floor(edge.strength) : LAST_STEP;
}
