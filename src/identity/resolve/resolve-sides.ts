import { ConflictGraph } from "./conflict";
import { PlacedBond } from "./resolve-bond";
import { entryOf } from "./resolve-entry";

/** By root, the number of the side it takes; roots that take none are absent. */
export type SideTaken = ReadonlyMap<number, number>;

/**
 * Who takes which side in a group whose union would break something. The roots in a conflict are the holders; holders
 * that conflict with exactly the same others stand on one side. Then, round by round, a root that touches exactly one
 * side takes it, and one that touches two takes neither. All of a round is decided on what stood before it.
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
  for (;;) {
    const decided: [number, number][] = [];
    for (const [root, touched] of touchedSides(bonds, taken)) {
      const [side] = touched;
      if (touched.size === 1) decided.push([root, side!]);
    }
    if (decided.length === 0) return taken;
    for (const [root, side] of decided) taken.set(root, side);
  }
}

/** By root without a side, the sides it touches: those of all with whom it has a bond in common. */
function touchedSides(bonds: readonly PlacedBond[], taken: SideTaken): Map<number, Set<number>> {
  const touched = new Map<number, Set<number>>();
  for (const { roots } of bonds) {
    const present = new Set(roots.flatMap((root) => taken.get(root) ?? []));
    if (present.size === 0) continue;
    for (const root of roots) {
      if (taken.has(root)) continue;
      const sides = entryOf(touched, root, () => new Set());
      for (const side of present) sides.add(side);
    }
  }
  return touched;
}
