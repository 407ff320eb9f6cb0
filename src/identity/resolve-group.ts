import { refuseByCap, refuseByConflict } from "./refusal";
import { Bond, evidenceOf, Judgement, PlacedBond } from "./resolve-bond";
import { entryOf } from "./resolve-entry";
import { SideTaken, takeSides } from "./resolve-sides";
import { UnionFind } from "./union-find";

/**
 * Judges bonds of equal strength together, so that no order among them matters: bonds that touch each other through the
 * sets they connect form a group, and each group is judged as a whole.
 *
 * @param records how many records there are
 */
export function judgeTogether(bonds: readonly Bond[], records: number, judgement: Judgement): void {
  const { sets } = judgement;
  const open = bonds.filter(({ members }) => {
    const root = sets.find(members[0]!);
    return members.some((member) => sets.find(member) !== root);
  });
  if (open.length === 0) return;
  const reach = new UnionFind(records);
  for (const { members } of open) {
    for (const member of members) reach.union(sets.find(members[0]!), sets.find(member));
  }
  const groups = new Map<number, Bond[]>();
  for (const bond of open) {
    const group = reach.find(sets.find(bond.members[0]!));
    entryOf(groups, group, () => []).push(bond);
  }
  for (const group of groups.values()) judgeGroup(group, judgement);
}

function judgeGroup(bonds: readonly Bond[], judgement: Judgement): void {
  const { sets, conflicts, cap } = judgement;
  const placed = bonds.map((bond) => ({ ...bond, roots: bond.members.map((member) => sets.find(member)) }));
  const roots = [...new Set(placed.flatMap((bond) => bond.roots))];
  if (cap !== null && roots.reduce((total, root) => total + sets.size(root), 0) > cap) {
    refuseByCap(placed, judgement);
    return;
  }
  const graph = conflicts.among(roots);
  if (graph === null) {
    for (const bond of placed) join(bond, [...bond.members.keys()], judgement);
    return;
  }
  const taken = takeSides(placed, graph);
  for (const bond of placed) joinBySide(bond, taken, judgement);
  refuseByConflict(placed, taken, graph, judgement);
}

function joinBySide(bond: PlacedBond, taken: SideTaken, judgement: Judgement): void {
  const bySide = new Map<number, number[]>();
  const aside: number[] = [];
  bond.roots.forEach((root, i) => {
    const side = taken.get(root);
    if (side === undefined) aside.push(i);
    else entryOf(bySide, side, () => []).push(i);
  });
  for (const members of bySide.values()) join(bond, members, judgement);
  // Where a side carries the value as well, it says that all of them belong there, and just that was refused.
  if (bySide.size === 0) join(bond, aside, judgement);
}

/** Joins the members at these places, each to the surest of them. */
function join(bond: Bond, places: readonly number[], judgement: Judgement): void {
  const { members, ranks } = bond;
  const hub = places.reduce((surest, place) => (ranks[place]! > ranks[surest]! ? place : surest), places[0]!);
  for (const place of places) {
    if (!judgement.sets.union(members[hub]!, members[place]!)) continue;
    const older = Math.min(members[hub]!, members[place]!);
    const younger = Math.max(members[hub]!, members[place]!);
    judgement.joins.push(evidenceOf(bond, older, younger, ranks[place]!, judgement));
  }
}
