import { ASSURANCES } from "../identifier-kind";
import { Conflicts } from "./conflict";
import { Evidence } from "./facts";
import { AssuranceRank } from "./resolve-index";
import { UnionFind } from "./union-find";

/** What says that its members are one person, at the level that is being judged: a value, a SAME ruling, a likeness. */
export interface Bond {
  /** Records, ascending. */
  readonly members: readonly number[];
  /** Parallel to members: how sure each one's link is. A pair is as sure as the weaker of its two ends. */
  readonly ranks: readonly AssuranceRank[];
  /** Pairs surer than this were told of at a level before. */
  readonly rank: AssuranceRank;
  readonly evidence: Pick<Evidence, "kind" | "identifierId" | "rulingId" | "likeness">;
}

/** A bond of a group that is being judged. */
export interface PlacedBond extends Bond {
  /** Parallel to members: the root of each one's set as it was before the group was judged. */
  readonly roots: readonly number[];
}

/** What a judgement works on: the sets as they are so far, and the evidence for what is done to them. */
export interface Judgement {
  readonly sets: UnionFind;
  readonly conflicts: Conflicts;
  /** Null where no size refuses a join. */
  readonly cap: number | null;
  readonly idOf: (record: number) => string;
  readonly joins: Evidence[];
  readonly refusals: Evidence[];
}

/** Evidence while it is put together. Thousands are made in one judgement: filled in place, never copied. */
export type EvidenceDraft = { -readonly [Field in keyof Evidence]: Evidence[Field] };

/** What speaks for two members being one person; of an identifier with its assurance. */
export function evidenceOf(
  { evidence }: Bond,
  a: number,
  b: number,
  rank: AssuranceRank,
  { idOf }: Judgement,
): EvidenceDraft {
  const draft: EvidenceDraft = { kind: evidence.kind, recordA: idOf(a), recordB: idOf(b) };
  if (evidence.identifierId !== undefined) draft.identifierId = evidence.identifierId;
  if (evidence.rulingId !== undefined) draft.rulingId = evidence.rulingId;
  if (evidence.likeness !== undefined) draft.likeness = evidence.likeness;
  if (evidence.kind === "IDENTIFIER") draft.assurance = ASSURANCES[rank]!;
  return draft;
}
