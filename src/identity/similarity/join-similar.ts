import { entryOf } from "../resolve-entry";
import { UnionFind } from "../union-find";
import type { ProfiledRecord } from "./candidates";
import { compareBirthDates } from "./compare-birth-date";
import { compareNames } from "./compare-name";
import { LAST_STEP, type SimilarityEdge, stepOf } from "./edges";
import { clearContradiction } from "./judgement";
import type { PersonProfile } from "./person-profile";

type Pair = readonly [number, number];

/**
 * Joins records along the edges that may join by themselves, step by step from the strongest. The edges of a step
 * that touch each other are judged together, so that no order among them decides: their sets join whole when no record of
 * one clearly contradicts a record of another; where some do, those that contradict the same others hold a side, and a set
 * that touches one side takes it, and one that touches two takes neither.
 *
 * @param sets what is joined already; changed in place
 * @param veto whether a clear contradiction between any two records of two sets keeps the sets apart
 */
export function joinSimilar(
  records: readonly ProfiledRecord[],
  edges: readonly SimilarityEdge[],
  sets: UnionFind,
  veto: boolean,
): void {
  const steps = new Map<number, Pair[]>();
  for (const edge of edges) {
    if (edge.joins) entryOf(steps, stepOf(edge), () => []).push([edge.a, edge.b]);
  }
  for (const step of [...steps.keys()].sort((a, b) => b - a)) {
    const contradict = step === LAST_STEP ? namesakesOrContradict : sidesContradict;
    for (const group of groupsOf(steps.get(step)!, records.length, sets)) {
      judgeGroup(group, records, sets, veto ? contradict : null);
    }
  }
}

type Contradict = (a: readonly PersonProfile[], b: readonly PersonProfile[]) => boolean;

/** Whether any record of one side clearly contradicts any record of the other. */
export function sidesContradict(a: readonly PersonProfile[], b: readonly PersonProfile[]): boolean {
  return a.some((one) => b.some((other) => profilesContradict(one, other)));
}

/** The same, and where nothing but name and place agree: only one side is called the elder or the younger, so there are two. */
function namesakesOrContradict(a: readonly PersonProfile[], b: readonly PersonProfile[]): boolean {
  const named = (side: readonly PersonProfile[]) => side.some(({ name }) => name !== null && name.generation !== null);
  return named(a) !== named(b) || sidesContradict(a, b);
}

/** Whether these two say things that no one person could both say. */
export function profilesContradict(a: PersonProfile, b: PersonProfile): boolean {
  const date = compareBirthDates(a.birthDates, b.birthDates);
  return clearContradiction([...compareNames(a.name, b.name), ...(date === null ? [] : [date])]) !== null;
}

function groupsOf(pairs: readonly Pair[], size: number, sets: UnionFind): Iterable<Pair[]> {
  const open = pairs.map(([a, b]): Pair => [sets.find(a), sets.find(b)]).filter(([a, b]) => a !== b);
  const reach = new UnionFind(size);
  for (const [a, b] of open) reach.union(a, b);
  const groups = new Map<number, Pair[]>();
  for (const pair of open) entryOf(groups, reach.find(pair[0]), () => []).push(pair);
  return groups.values();
}

function judgeGroup(
  group: readonly Pair[],
  records: readonly ProfiledRecord[],
  sets: UnionFind,
  contradict: Contradict | null,
): void {
  const roots = [...new Set(group.flat())].sort((a, b) => a - b);
  const conflicts = contradict ? contradictions(roots, records, sets, contradict) : new Map<number, Set<number>>();
  const sides = takeSides(group, conflicts);
  for (const [a, b] of group) if (sides.get(a) === sides.get(b)) sets.union(a, b);
}

/** By root, the side it takes: first those in a contradiction, then round by round those that touch exactly one side. */
function takeSides(pairs: readonly Pair[], conflicts: ReadonlyMap<number, ReadonlySet<number>>): Map<number, string> {
  const taken = new Map<number, string>();
  for (const [root, others] of conflicts) taken.set(root, [...others].sort((a, b) => a - b).join());
  for (;;) {
    const touched = new Map<number, Set<string>>();
    for (const [a, b] of [...pairs, ...pairs.map(([one, other]): Pair => [other, one])]) {
      const side = taken.get(b);
      if (side !== undefined && !taken.has(a)) entryOf(touched, a, () => new Set()).add(side);
    }
    const decided = [...touched].filter(([, sides]) => sides.size === 1);
    if (decided.length === 0) return taken;
    for (const [root, [side]] of decided) taken.set(root, side!);
  }
}

function contradictions(
  roots: readonly number[],
  records: readonly ProfiledRecord[],
  sets: UnionFind,
  contradict: Contradict,
): Map<number, Set<number>> {
  const profiles = roots.map((root) => [...sets.elements(root)].map((place) => records[place]!.profile));
  const found = new Map<number, Set<number>>();
  for (const [i, root] of roots.entries()) {
    for (const [j, other] of roots.entries()) {
      if (j <= i || !contradict(profiles[i]!, profiles[j]!)) continue;
      entryOf(found, root, () => new Set()).add(other);
      entryOf(found, other, () => new Set()).add(root);
    }
  }
  return found;
}
