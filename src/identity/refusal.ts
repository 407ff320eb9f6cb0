import { ConflictGraph, ConflictReason } from "./conflict";
import { Evidence, EvidenceKind } from "./facts";
import { Judgement, PlacedBond } from "./resolve-bond";
import { entryOf } from "./resolve-entry";
import { SideTaken } from "./resolve-sides";

/** The members of a bond that are in one set after the judgement. */
interface Party {
  readonly root: number;
  /** Its first member, and its first fresh one. */
  readonly first: number;
  firstFresh: number | undefined;
  /** The roots of its members before the judgement. */
  readonly before: Set<number>;
}

/** A group that would grow beyond the cap is refused whole: "the first n" would depend on arrival. */
export function refuseByCap(bonds: readonly PlacedBond[], judgement: Judgement): void {
  for (const bond of bonds) {
    const parties = partiesOf(bond, judgement);
    const hub = parties.find(({ firstFresh }) => firstFresh !== undefined)!;
    for (const other of parties) {
      if (other !== hub) refuse(bond, ascending(pairOf(hub, other)!), { kind: "CAP" }, judgement);
    }
  }
}

/** Says of every two sets that a bond of this group failed to bring together why it did. */
export function refuseByConflict(
  bonds: readonly PlacedBond[],
  taken: SideTaken,
  graph: ConflictGraph,
  judgement: Judgement,
): void {
  const reasonsFor = remembered(judgement);
  const contenders = new Contenders(bonds, taken, graph, judgement);
  for (const bond of bonds) {
    const parties = partiesOf(bond, judgement);
    for (const [i, one] of parties.entries()) {
      for (const other of parties.slice(i + 1)) {
        const pair = pairOf(one, other);
        if (!pair) continue;
        const reasons = reasonsFor(one.root, other.root);
        for (const reason of reasons) refuse(bond, ascending(pair), reason, judgement);
        if (reasons.length > 0) continue;
        const [tornFirst, named] = contenders.of(one, other);
        const ambiguous = tornFirst ? pair : ([pair[1], pair[0]] as const);
        refuse(bond, ambiguous, { kind: "AMBIGUOUS", contenders: named }, judgement);
      }
    }
  }
}

/** Between whom those that stayed aside, or sides that do not conflict themselves, could not be decided. */
class Contenders {
  private readonly touched = new Map<number, Set<number>>();
  private readonly opponents = new Map<number, ReadonlySet<number>>();

  constructor(
    bonds: readonly PlacedBond[],
    private readonly taken: SideTaken,
    graph: ConflictGraph,
    private readonly judgement: Judgement,
  ) {
    for (const [root, others] of graph) this.opponents.set(taken.get(root)!, others);
    for (const bond of bonds) this.touch(bond);
  }

  /** Whether the first of the two is the one that could not be decided, and one record of each contender. */
  of(one: Party, other: Party): readonly [boolean, string[]] {
    const { sets, idOf } = this.judgement;
    const sideOfOne = this.sideOf(one);
    const sideOfOther = this.sideOf(other);
    const roots =
      sideOfOne !== undefined && sideOfOther !== undefined
        ? [one.root, other.root, ...this.opponents.get(sideOfOne)!, ...this.opponents.get(sideOfOther)!]
        : [...one.before, ...other.before].flatMap((root) => [...(this.touched.get(root) ?? [])]);
    const named = [...new Set(roots.map((root) => sets.find(root)))].sort((a, b) => a - b).map(idOf);
    return [sideOfOne === undefined || sideOfOther !== undefined, named];
  }

  private sideOf({ before }: Party): number | undefined {
    for (const root of before) return this.taken.get(root);
    return undefined;
  }

  private touch({ roots, fresh }: PlacedBond): void {
    const holders = roots.map((root, i) => ({ root, fresh: fresh[i]! })).filter(({ root }) => this.taken.has(root));
    roots.forEach((root, i) => {
      if (this.taken.has(root)) return;
      const touched = entryOf(this.touched, root, () => new Set());
      for (const holder of holders) if (fresh[i] || holder.fresh) touched.add(holder.root);
    });
  }
}

function partiesOf({ members, fresh, roots }: PlacedBond, { sets }: Judgement): Party[] {
  const parties = new Map<number, Party>();
  members.forEach((member, i) => {
    const root = sets.find(member);
    const party = entryOf(
      parties,
      root,
      (): Party => ({ root, first: member, firstFresh: undefined, before: new Set() }),
    );
    if (fresh[i]) party.firstFresh ??= member;
    party.before.add(roots[i]!);
  });
  return [...parties.values()];
}

/** The oldest pair of one member of each that belongs to the level; null when the two have none. */
function pairOf(one: Party, other: Party): readonly [number, number] | null {
  if (one.firstFresh === one.first || other.firstFresh === other.first) return [one.first, other.first];
  if (other.firstFresh !== undefined) return [one.first, other.firstFresh];
  if (one.firstFresh !== undefined) return [one.firstFresh, other.first];
  return null;
}

function ascending([a, b]: readonly [number, number]): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}

function refuse(
  { evidence }: PlacedBond,
  [a, b]: readonly [number, number],
  reason: ConflictReason | { readonly kind: EvidenceKind; readonly contenders?: readonly string[] },
  { idOf, refusals }: Judgement,
): void {
  const refusal: Evidence = { ...evidence, recordA: idOf(a), recordB: idOf(b), ...reason };
  refusals.push(refusal);
}

function remembered({ conflicts }: Judgement): (a: number, b: number) => ConflictReason[] {
  const known = new Map<string, ConflictReason[]>();
  return (a, b) => {
    const key = `${a} ${b}`;
    const reasons = known.get(key) ?? conflicts.reasons(a, b);
    known.set(key, reasons);
    return reasons;
  };
}
