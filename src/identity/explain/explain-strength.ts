import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { Evidence } from "../resolve/facts";
import { Tier, tierOf } from "../resolve/strength";

/** A person's word: above all that is worked out. */
export const RULING_BITS = 40;

/** Different values of what a person has only one of. */
const CONFLICT_BITS = -30;

/**
 * How much an identifier that two records have in common says, by tier and by the assurance of the weaker of its two
 * ends (CLAIMED, ASSERTED, VERIFIED). Bits: the base-2 logarithm of the odds that the two are one person, so 10 stands
 * for about 1,000 to 1. They are set, not measured; what holds is their order, which is that in which `resolve` judges.
 */
const IDENTIFIER_BITS: Readonly<Record<Tier, readonly [number, number, number]>> = {
  0: [6, 26, 30],
  1: [5, 18, 22],
  2: [3, 10, 14],
};

/** Between a claim, of which it is surer, and any identifier that is more than one. */
const LIKENESS_RANGE = { least: 6.5, most: 9.5 } as const;

/**
 * How much a likeness counts beside identifiers: the bits by which it passes what chance makes of so many records, kept
 * below every trusted identifier, since `resolve` judges it after all of them.
 */
export function likenessBits(strength: number, recordBracket: number): number {
  const beyondChance = strength - Math.log2(recordBracket);
  return Math.min(LIKENESS_RANGE.most, Math.max(LIKENESS_RANGE.least, beyondChance));
}

export function identifierBits(kind: IdentifierKind, assurance: Assurance): number {
  return IDENTIFIER_BITS[tierOf(kind)][ASSURANCES.indexOf(assurance) as 0 | 1 | 2];
}

/**
 * How much a piece of evidence says, in bits: above 0 for one person, below 0 against, 0 where it says nothing. A value
 * that was not allowed to join (LOW_ASSURANCE, AMBIGUOUS, CAP) keeps what it would have said.
 *
 * @param kind of the identifier that the evidence names, if it names one
 * @param against whether it speaks against: only of a RULING this is not known by its kind
 */
export function bitsOf(evidence: Evidence, kind: IdentifierKind | undefined, against: boolean): number {
  switch (evidence.kind) {
    case "RULING":
      return against ? -RULING_BITS : RULING_BITS;
    case "CONFLICT":
      return CONFLICT_BITS;
    case "SIMILARITY":
      return evidence.likeness?.strength ?? 0;
    case "SHARED_VALUE":
    case "BLOCKED_VALUE":
      return 0;
    default:
      return kind === undefined ? 0 : identifierBits(kind, evidence.assurance ?? "CLAIMED");
  }
}
