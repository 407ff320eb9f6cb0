import { ConflictGraph } from "./conflict";
import { entryOf } from "./resolve-entry";

/** A bond of a group in which something conflicts, with the root of each member as it was before the group was judged. */
export interface PlacedBond {
  readonly roots: readonly number[];
  /** Parallel to roots: a pair counts when one of its ends is fresh. */
  readonly fresh: readonly boolean[];
}

/** By root, the number of the side it takes; roots that take none are absent. */
export type SideTaken = ReadonlyMap<number, number>;

/**
 * Who takes which side in a group whose union would break something. The roots in a conflict are the holders; holders
 * that conflict with exactly the same others stand on one side. Then, round by round, a root that touches exactly one
 * side takes it, and one that touches two takes neither, for good. All of a round is decided on what stood before it.
 */
export function takeSides(bonds: readonly PlacedBond[], conflicts: ConflictGraph): SideTaken {
  const taken = new Map<number, number>();
  const numbers = new Map<string, number>();
  for (const [root, others] of conflicts) {
    const opponents = [...others].sort((a, b) => a - b).join();
    const side = numbers.get(opponents) ?? numbers.size;
    numbers.set(opponents, side);
    taken.set(root, side);
  }
  const torn = new Set<number>();
  for (;;) {
    const decided: [number, number][] = [];
    for (const [root, touched] of touchedSides(bonds, taken)) {
      if (torn.has(root)) continue;
      if (touched.size > 1) torn.add(root);
      else for (const side of touched) decided.push([root, side]);
    }
    if (decided.length === 0) return taken;
    for (const [root, side] of decided) taken.set(root, side);
  }
}

/** By root without a side, the sides it touches. */
function touchedSides(bonds: readonly PlacedBond[], taken: SideTaken): Map<number, Set<number>> {
  const touched = new Map<number, Set<number>>();
  for (const { roots, fresh } of bonds) {
    const all = new Set<number>();
    const byFresh = new Set<number>();
    roots.forEach((root, i) => {
      const side = taken.get(root);
      if (side === undefined) return;
      all.add(side);
      if (fresh[i]) byFresh.add(side);
    });
    if (all.size === 0) continue;
    roots.forEach((root, i) => {
      if (taken.has(root)) return;
      const sides = entryOf(touched, root, () => new Set());
      for (const side of fresh[i] ? all : byFresh) sides.add(side);
    });
  }
  return touched;
}
