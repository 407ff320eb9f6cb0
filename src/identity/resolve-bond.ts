import { Conflicts } from "./conflict";
import { Evidence } from "./facts";
import { UnionFind } from "./union-find";

/** What says that its members are one person, at the level that is being judged: a value, or a SAME ruling. */
export interface Bond {
  /** Records, ascending. */
  readonly members: readonly number[];
  /** Parallel to members: a pair belongs to this level when one of its ends is fresh; the other pairs were judged before. */
  readonly fresh: readonly boolean[];
  readonly evidence: Pick<Evidence, "kind" | "identifierId" | "rulingId" | "assurance">;
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
