import { ConflictGraph } from "./conflict";
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
  for (const group of groupsOf(bonds, records, judgement.sets)) judgeGroup(group, records, judgement);
}

/** The bonds that still have something to join, those that touch each other together. */
function groupsOf(bonds: readonly Bond[], records: number, sets: UnionFind): Iterable<Bond[]> {
  const open = bonds.filter(({ members }) => {
    const root = sets.find(members[0]!);
    return members.some((member) => sets.find(member) !== root);
  });
  if (open.length === 0) return [];
  const reach = new UnionFind(records);
  for (const { members } of open) {
    for (const member of members) reach.union(sets.find(members[0]!), sets.find(member));
  }
  const groups = new Map<number, Bond[]>();
  for (const bond of open) {
    const group = reach.find(sets.find(bond.members[0]!));
    entryOf(groups, group, () => []).push(bond);
  }
  return groups.values();
}

function judgeGroup(bonds: readonly Bond[], records: number, judgement: Judgement): void {
  const { sets, conflicts, cap } = judgement;
  const placed = place(bonds, sets);
  const roots = rootsOf(placed);
  if (cap !== null && roots.reduce((total, root) => total + sets.size(root), 0) > cap) {
    refuseByCap(placed, judgement);
    return;
  }
  const graph = conflicts.among(roots);
  if (graph === null) joinWhole(placed, judgement);
  else if (joinHarmless(placed, graph, records, judgement)) {
    for (const rest of groupsOf(bonds, records, sets)) {
      const left = place(rest, sets);
      decide(left, conflicts.among(rootsOf(left)), judgement);
    }
  } else decide(placed, graph, judgement);
}

/**
 * A value that two people have in common must not take apart what other values say of each of them: bonds that bring
 * nobody together who is in conflict join first, wherever they also break nothing together. Whether any did.
 */
function joinHarmless(
  bonds: readonly PlacedBond[],
  graph: ConflictGraph,
  records: number,
  judgement: Judgement,
): boolean {
  const harmless = bonds.flatMap((bond) => harmlessPart(bond, graph) ?? []);
  if (harmless.length === bonds.length && harmless.every((bond, i) => bond === bonds[i])) return false;
  let joined = false;
  for (const group of groupsOf(harmless, records, judgement.sets)) {
    if (!isPeaceful(rootsOf(place(group, judgement.sets)), graph)) continue;
    joinWhole(group, judgement);
    joined = true;
  }
  return joined;
}

/**
 * The bond; or, where its less sure links bring in a conflict, what remains of it without them: somebody else's less sure
 * link to a value must not decide for whom surer links to it left undecided.
 */
function harmlessPart(bond: PlacedBond, graph: ConflictGraph): PlacedBond | null {
  if (isPeaceful(bond.roots, graph)) return bond;
  for (const least of new Set([...bond.ranks].sort((a, b) => a - b))) {
    const places = [...bond.ranks.keys()].filter((place) => bond.ranks[place]! >= least);
    const part = partOf(bond, places);
    if (places.length > 1 && isPeaceful(part.roots, graph)) return part;
  }
  return null;
}

function partOf({ members, ranks, roots, ...bond }: PlacedBond, places: readonly number[]): PlacedBond {
  const of = (all: readonly number[]) => places.map((place) => all[place]!);
  return { ...bond, members: of(members), ranks: of(ranks), roots: of(roots) };
}

function isPeaceful(roots: Iterable<number>, graph: ConflictGraph): boolean {
  const present = new Set(roots);
  for (const root of present) {
    for (const other of graph.get(root) ?? []) if (present.has(other)) return false;
  }
  return true;
}

function decide(bonds: readonly PlacedBond[], graph: ConflictGraph | null, judgement: Judgement): void {
  if (graph === null) {
    joinWhole(bonds, judgement);
    return;
  }
  const taken = takeSides(bonds, graph);
  for (const bond of bonds) joinBySide(bond, taken, judgement);
  refuseByConflict(bonds, taken, graph, judgement);
}

function place(bonds: readonly Bond[], sets: UnionFind): PlacedBond[] {
  return bonds.map((bond) => ({ ...bond, roots: bond.members.map((member) => sets.find(member)) }));
}

function rootsOf(bonds: readonly PlacedBond[]): number[] {
  return [...new Set(bonds.flatMap(({ roots }) => roots))];
}

function joinWhole(bonds: readonly Bond[], judgement: Judgement): void {
  for (const bond of bonds) join(bond, [...bond.members.keys()], judgement);
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
