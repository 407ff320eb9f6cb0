import { DEFAULT_WEIGHTS, type SimilarityWeights } from "./model";

/** A tenant's rules of similarity, part of its versioned identity rules. Strengths and thresholds are bits (log2 of odds). */
export interface SimilarityRules {
  readonly enabled: boolean;
  /** From this strength on two records join by themselves. */
  readonly autoThreshold: number;
  /** From this strength on a pair is suggested to a person. */
  readonly reviewThreshold: number;
  /** Join by itself only on positive personal evidence. */
  readonly guard: boolean;
  readonly weights: SimilarityWeights;
  /** The number of records that the thresholds are for: the end of a bracket, never a live count. */
  readonly recordBracket: number;
  /** A candidate block with more records than this is off for all of them. */
  readonly blockLimit: number;
}

/** What decides which pairs a person is asked about. */
export type ReviewRules = Pick<SimilarityRules, "reviewThreshold" | "guard">;

/** Ends of brackets: powers of ten. A tenant that outgrows its bracket is offered new rules. */
const BRACKETS = [1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;
/** Wanted odds of a join by itself, 64 to 1, beside which the guard asks for evidence that a sum of bits cannot give. */
const AUTO_BITS = 6;
/** 0 bits would be half a chance if all records were of different people; but people have several, so less is worth a look. */
const REVIEW_BITS = -5;

export function recordBracketOf(records: number): number {
  return BRACKETS.find((end) => records <= end) ?? BRACKETS[BRACKETS.length - 1]!;
}

/**
 * Thresholds for a number of records. Any record has about as many others to be mistaken for as there are records, so the
 * odds before comparing are one to their number: log2(records) bits have to be made up before a pair is as likely one
 * person as two.
 */
export function thresholdsFor(recordBracket: number): { autoThreshold: number; reviewThreshold: number } {
  const even = Math.log2(recordBracket);
  return { autoThreshold: round(even + AUTO_BITS), reviewThreshold: round(even + REVIEW_BITS) };
}

function round(bits: number): number {
  return Math.round(bits * 10) / 10;
}

const DEFAULT_BRACKET = 10_000;
/** What twenty others have in common too, such as a name alone, tells nobody who of them it is. */
const DEFAULT_BLOCK_LIMIT = 20;

export const DEFAULT_SIMILARITY: SimilarityRules = {
  enabled: false,
  ...thresholdsFor(DEFAULT_BRACKET),
  guard: true,
  weights: DEFAULT_WEIGHTS,
  recordBracket: DEFAULT_BRACKET,
  blockLimit: DEFAULT_BLOCK_LIMIT,
};
