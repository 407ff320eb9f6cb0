import { ConflictGraph, ConflictReason } from "./conflict";
import { evidenceOf, Judgement, PlacedBond } from "./resolve-bond";
import { entryOf } from "./resolve-entry";
import { AssuranceRank } from "./resolve-index";
import { SideTaken } from "./resolve-sides";

/** The members of a bond that are in one set after the judgement. */
interface Party {
  readonly root: number;
  /** The first of its surest members, and how sure that one is. */
  surest: number;
  rank: AssuranceRank;
  /** The roots of its members before the judgement. */
  readonly before: Set<number>;
}

/** Neither of two could be decided for: no conflict between them, but one among those they touch. */
interface Ambiguity {
  readonly kind: "AMBIGUOUS";
  readonly contenders: readonly string[];
  readonly undecided: number;
}

/** A group that would grow beyond the cap is refused whole: "the first n" would depend on arrival. */
export function refuseByCap(bonds: readonly PlacedBond[], judgement: Judgement): void {
  for (const bond of bonds) {
    const parties = partiesOf(bond, judgement);
    const hub = parties.reduce((surest, party) => (party.rank > surest.rank ? party : surest));
    for (const other of parties) {
      if (other !== hub && isNews(bond, hub, other)) refuse(bond, hub, other, { kind: "CAP" }, judgement);
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
  const reasonsFor = judgement.conflicts.reasons();
  const contenders = new Contenders(bonds, taken, graph, judgement);
  for (const bond of bonds) {
    const parties = partiesOf(bond, judgement);
    for (const [i, one] of parties.entries()) {
      for (const other of parties.slice(i + 1)) {
        if (!isNews(bond, one, other)) continue;
        const reasons = reasonsFor(one.root, other.root);
        for (const reason of reasons) refuse(bond, one, other, reason, judgement);
        if (reasons.length === 0) refuse(bond, one, other, contenders.between(one, other), judgement);
      }
    }
  }
}

/** Between whom those that stayed aside, or sides that do not conflict themselves, could not be decided. */
class Contenders {
  private readonly touched = new Map<number, Set<number>>();
  private readonly opponents = new Map<number, ReadonlySet<number>>();
  /** Two who have many values in common are asked about at each of them, and hundreds may contend. */
  private readonly known = new Map<string, readonly string[]>();

  constructor(
    bonds: readonly PlacedBond[],
    private readonly taken: SideTaken,
    graph: ConflictGraph,
    private readonly judgement: Judgement,
  ) {
    for (const [root, others] of graph) this.opponents.set(taken.get(root)!, others);
    for (const bond of bonds) this.touch(bond);
  }

  between(one: Party, other: Party): Ambiguity {
    const undecided = this.sideOf(one) !== undefined && this.sideOf(other) === undefined ? other : one;
    const asked = `${[...one.before].join()} ${[...other.before].join()}`;
    const contenders = entryOf(this.known, asked, () => this.named(one, other));
    return { kind: "AMBIGUOUS", contenders, undecided: undecided.surest };
  }

  private named(one: Party, other: Party): string[] {
    const { sets, idOf } = this.judgement;
    const sideOfOne = this.sideOf(one);
    const sideOfOther = this.sideOf(other);
    const roots =
      sideOfOne !== undefined && sideOfOther !== undefined
        ? [one.root, other.root, ...this.opponents.get(sideOfOne)!, ...this.opponents.get(sideOfOther)!]
        : [...one.before, ...other.before].flatMap((root) => [...(this.touched.get(root) ?? [])]);
    return [...new Set(roots.map((root) => sets.find(root)))].sort((a, b) => a - b).map(idOf);
  }

  private sideOf({ before }: Party): number | undefined {
    for (const root of before) return this.taken.get(root);
    return undefined;
  }

  private touch({ roots }: PlacedBond): void {
    const holders = roots.filter((root) => this.taken.has(root));
    for (const root of roots) {
      if (this.taken.has(root)) continue;
      const touched = entryOf(this.touched, root, () => new Set());
      for (const holder of holders) touched.add(holder);
    }
  }
}

function partiesOf({ members, ranks, roots }: PlacedBond, { sets }: Judgement): Party[] {
  const parties = new Map<number, Party>();
  members.forEach((member, i) => {
    const root = sets.find(member);
    const rank = ranks[i]!;
    const party = entryOf(parties, root, (): Party => ({ root, surest: member, rank, before: new Set() }));
    if (rank > party.rank) Object.assign(party, { surest: member, rank });
    party.before.add(roots[i]!);
  });
  return [...parties.values()];
}

/** Whether the surest pair of the two belongs to this level, or else has been told of before. */
function isNews({ rank }: PlacedBond, one: Party, other: Party): boolean {
  return Math.min(one.rank, other.rank) === rank;
}

/** @param turned whether the reason was asked for with the younger side first: evidence tells of the older one first */
function whatDiffers({ about, values }: ConflictReason & { kind: "CONFLICT" }, turned: boolean) {
  if (values === undefined) return { about };
  return { about, values: turned ? [values[1], values[0]] : values };
}

type Reason = ConflictReason | Ambiguity | { readonly kind: "CAP" };

function refuse(bond: PlacedBond, one: Party, other: Party, reason: Reason, judgement: Judgement): void {
  const [older, younger] = one.surest < other.surest ? [one.surest, other.surest] : [other.surest, one.surest];
  const undecidedFirst = reason.kind === "AMBIGUOUS" && reason.undecided === younger;
  const [a, b] = undecidedFirst ? [younger, older] : [older, younger];
  const refusal = evidenceOf(bond, a, b, bond.rank, judgement);
  refusal.kind = reason.kind;
  delete refusal.likeness;
  if (reason.kind === "RULING") refusal.rulingId = reason.rulingId;
  if (reason.kind === "CONFLICT") Object.assign(refusal, whatDiffers(reason, one.surest > other.surest));
  if (reason.kind === "AMBIGUOUS") refusal.contenders = reason.contenders;
  judgement.refusals.push(refusal);
}
