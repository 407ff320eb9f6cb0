import { Assurance, IdentifierKind } from "../../src/identity/identifier-kind";
import { Facts } from "../../src/identity/resolve/facts";
import { crmIdMode, ResolutionRules } from "../../src/identity/resolve/resolution-rules";

/**
 * The decisions of `resolve` written a second time, from the words and not from the code: partitions are arrays of
 * arrays, every question is asked of every pair, and nothing is remembered. Slow, short, and meant to disagree.
 */
export function referenceClusters(facts: Facts, rules: ResolutionRules, alike: Alike | null = null): string[][] {
  return new Reference(facts, rules, alike).clusters().map((set) => [...set].sort());
}

/** What persons have to do with each other, told by the pair: how it was found out is not asked here. */
export interface Alike {
  /** Those who may be one without being asked about, the greater step first; of LAST all that says least of a person. */
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly step: number | "LAST" }[];
  /** Whether they clearly cannot be one; STATED: by what is certainly their names and dates. */
  contradict(a: string, b: string, how: "STATED" | "ALIKE"): boolean;
  /** Whether a record is called the elder, or the younger, of two. */
  isElderOrYounger(id: string): boolean;
  /** Whether contradictions keep people apart. */
  readonly guard: boolean;
}

/** Who can meet: by trusted facts, by these and likeness, or by everything with claims. */
type Reach = "TRUSTED" | "ALIKE" | "ALL";

/** Of `sure`: how sure its weaker end is, as a number. */
type Pair = readonly [a: string, b: string, via: string, sure: number];
type Clash = (side: readonly string[], other: readonly string[]) => boolean;

const STRONG = ["USER_ID", "CRM_ID", "LOYALTY_ID", "CUSTOM"];
const WEAK = ["ANONYMOUS_ID", "DEVICE_ID"];
/** What families share: where contradictions keep people apart it comes after what each person has alone. */
const HOUSEHOLD = ["EMAIL", "PHONE"];

export class Reference {
  readonly forbidden = new Set<string>();
  /** The partition after the rulings alone. */
  readonly ruled: string[][];
  private readonly component: (id: string, reach: Reach) => string[];

  constructor(
    private readonly facts: Facts,
    private readonly rules: ResolutionRules,
    private readonly alike: Alike | null = null,
  ) {
    let sets = facts.records.map(({ id }) => [id]);
    for (const { kind, sides } of [...facts.rulings].sort((x, y) => y.position - x.position)) {
      const [one = [], other = []] = sides.map((side) => side.filter((id) => facts.records.some((r) => r.id === id)));
      if (kind === "SAME")
        sets = judge(
          sets,
          everyPair(one, "ruling"),
          byRecord((x, y) => this.isForbidden(x, y)),
          Infinity,
        );
      else
        for (const a of one)
          for (const b of other)
            if (setOf(sets, a) !== setOf(sets, b)) this.forbidden.add(`${a}/${b}`).add(`${b}/${a}`);
    }
    this.ruled = sets;
    const same = facts.rulings.filter(({ kind }) => kind === "SAME").flatMap(({ sides }) => everyPair(sides[0]!, ""));
    const meeting = (pairs: readonly Pair[]) =>
      merge(
        facts.records.map(({ id }) => [id]),
        [...same, ...pairs],
      );
    const trusted = this.pairs(() => true, "ASSERTED");
    const likenesses = (alike?.pairs ?? []).map(({ a, b }): Pair => [a, b, "", 0]);
    const meet = {
      TRUSTED: meeting(trusted),
      ALIKE: meeting([...trusted, ...likenesses]),
      ALL: meeting(this.pairs(() => true, "CLAIMED")),
    };
    this.component = (id, reach) => setOf(meet[reach], id);
  }

  clusters(): string[][] {
    let sets = this.ruled;
    const tiers = [
      (kind: IdentifierKind) => STRONG.includes(kind),
      (kind: IdentifierKind) => !STRONG.includes(kind) && !WEAK.includes(kind),
      (kind: IdentifierKind) => WEAK.includes(kind),
    ];
    for (const tier of tiers)
      for (const assurance of ["VERIFIED", "ASSERTED"] as const)
        for (const shared of this.alike?.guard ? [false, true] : [null]) {
          const kinds = (kind: IdentifierKind) =>
            tier(kind) && (shared ?? HOUSEHOLD.includes(kind)) === HOUSEHOLD.includes(kind);
          const clash = byRecord(
            (x, y) => this.clash(x, y, "TRUSTED") || (shared === true && this.contradict(x, y, "STATED")),
          );
          sets = judge(sets, this.pairs(kinds, assurance), clash, this.rules.cap);
        }
    sets = this.joinAlike(sets);
    for (const tier of tiers) {
      const trusted = (side: readonly string[]) => side.some((id) => this.isTrusted(id));
      const clash: Clash = (s, t) => byRecord((x, y) => this.clash(x, y, "ALL"))(s, t) || (trusted(s) && trusted(t));
      sets = judge(sets, this.pairs(tier, "CLAIMED"), clash, this.rules.cap);
    }
    return sets;
  }

  /** After everything trusted and before everything claimed, the most alike first; those of one step together. */
  private joinAlike(before: string[][]): string[][] {
    if (this.alike === null) return before;
    const { pairs, guard } = this.alike;
    const numbers = [...new Set(pairs.map(({ step }) => step))].filter((step) => step !== "LAST");
    let sets = before;
    for (const step of [...numbers.sort((a, b) => b - a), "LAST" as const]) {
      const bonds = pairs.filter((pair) => pair.step === step).map(({ a, b }): Pair => [a, b, `${a}~${b}`, 0]);
      // Where nothing but name and place agree there are two, if only one of them is called the elder or the younger.
      const called = (side: readonly string[]) => side.some((id) => this.alike!.isElderOrYounger(id));
      const namesakes: Clash = (s, t) => guard && step === "LAST" && called(s) !== called(t);
      const apart = byRecord((x, y) => this.clash(x, y, "ALIKE") || this.contradict(x, y, "ALIKE"));
      sets = judge(sets, bonds, (s, t) => apart(s, t) || namesakes(s, t), this.rules.cap);
    }
    return sets;
  }

  private contradict(x: string, y: string, how: "STATED" | "ALIKE"): boolean {
    return this.alike?.guard === true && this.alike.contradict(x, y, how);
  }

  isTrusted(id: string): boolean {
    return this.linksOf(id, false).some(({ kind }) => !WEAK.includes(kind));
  }

  /** Whether these two records cannot be one person. */
  clash(x: string, y: string, reach: Reach): boolean {
    return this.isForbidden(x, y) || this.whatDiffers(x, y, reach).length > 0;
  }

  whatDiffers(x: string, y: string, reach: Reach): string[] {
    const differing: string[] = [];
    for (const v of this.linksOf(x, reach === "ALL")) {
      for (const w of this.linksOf(y, reach === "ALL")) {
        if (v.kind !== w.kind || v.namespace !== w.namespace || this.oneValue(x, v.id, w.id, reach)) continue;
        const mode = v.kind === "CRM_ID" ? crmIdMode(this.rules, v.namespace) : null;
        if (mode === "UNIQUE" || this.rules.uniqueKinds.includes(v.kind)) differing.push(v.kind);
        if (mode !== "CONTRADICTION") continue;
        const [p, q] = [x, y].map((id) => this.facts.records.find((r) => r.id === id)!.person);
        for (const field of ["givenName", "familyName", "birthDate"] as const)
          if (p![field] && q![field] && p![field] !== q![field]) differing.push(field);
      }
    }
    return differing;
  }

  private isForbidden(x: string, y: string): boolean {
    return this.forbidden.has(`${x}/${y}`);
  }

  /** Values named together in a ruled group of x's component are one. */
  private oneValue(x: string, v: string, w: string, reach: Reach): boolean {
    const scope = this.facts.identifiers.find(({ id }) => id === v)!;
    const groups = this.ruled
      .filter((set) => set.length > 1 && this.component(set[0]!, reach) === this.component(x, reach))
      .map((set) => set.flatMap((id) => this.linksOf(id, reach === "ALL")))
      .map((links) => links.filter(({ kind, namespace }) => kind === scope.kind && namespace === scope.namespace))
      .map((links) => links.map(({ id }) => id));
    const reached = new Set([v]);
    for (let size = 0; size < reached.size; ) {
      size = reached.size;
      for (const group of groups) if (group.some((id) => reached.has(id))) for (const id of group) reached.add(id);
    }
    return reached.has(w);
  }

  private linksOf(record: string, claims: boolean) {
    return this.facts.links
      .filter(({ recordId, assurance }) => recordId === record && (claims || assurance !== "CLAIMED"))
      .map(({ identifierId }) => this.facts.identifiers.find(({ id }) => id === identifierId)!)
      .filter(({ status }) => status !== "UNUSABLE");
  }

  /** The pairs of records that share a joining value, of which the weaker end is at least this sure. */
  private pairs(tier: (kind: IdentifierKind) => boolean, least: Assurance): Pair[] {
    const order = ["CLAIMED", "ASSERTED", "VERIFIED"];
    return this.facts.identifiers.flatMap(({ id, kind, status }) => {
      const carriers = this.facts.links.filter(
        ({ identifierId, assurance }) =>
          identifierId === id &&
          order.indexOf(assurance) >= order.indexOf(least) &&
          (status === "LIVE" || (status === "CLAIMS_SHARED" && assurance !== "CLAIMED")),
      );
      return tier(kind)
        ? everyPair(
            carriers.map(({ recordId }) => recordId),
            id,
            (record) => order.indexOf(carriers.find(({ recordId }) => recordId === record)!.assurance),
          )
        : [];
    });
  }
}

function judge(sets: string[][], pairs: readonly Pair[], clash: Clash, cap: number, harmlessFirst = true): string[][] {
  const accepted: Pair[] = [];
  for (const group of merge(sets, pairs)) {
    const sides = sets.filter((set) => group.includes(set[0]!));
    const inside = pairs.filter(([a]) => group.includes(a));
    if (group.length > cap) continue;
    const enemies = (set: string[]) => sides.filter((t) => set !== t && clash(set, t));
    const flag = new Map<string[], string>();
    for (const set of sides) {
      const names = enemies(set).map((enemy) => [...enemy].sort()[0]!);
      if (names.length > 0) flag.set(set, names.sort().join());
    }
    if (flag.size === 0) accepted.push(...inside);
    else if (harmlessFirst) {
      const atPeace = (some: readonly string[]) =>
        sides.every((s) => enemies(s).every((t) => ![s, t].every((set) => set.some((id) => some.includes(id)))));
      const harmless = inside.filter(([, , via, sure]) =>
        [0, 1, 2].some((least) => {
          const asSure = inside.filter((pair) => pair[2] === via && pair[3] >= least);
          return sure >= least && atPeace(ends(asSure));
        }),
      );
      const parts = merge(sets, harmless).filter(atPeace);
      const first = harmless.filter(([a]) => parts.some((part) => part.includes(a)));
      if (harmless.length < inside.length && first.length > 0) {
        for (const set of judge(merge(sides, first), inside, clash, cap, false)) accepted.push(...everyPair(set, ""));
        continue;
      }
    }
    const flagOf = (id: string) => flag.get(setOf(sets, id));
    for (let grown = flag.size > 0; grown; ) {
      const choices = sides
        .filter((set) => !flag.has(set))
        .map((set) => {
          const touching = inside.filter(([a, b]) => set.includes(a) !== set.includes(b));
          const flags = touching.map(([a, b]) => flagOf(set.includes(a) ? b : a)).filter((f) => f !== undefined);
          return [set, new Set(flags)] as const;
        });
      const clear = choices.filter(([, flags]) => flags.size === 1);
      for (const [set, flags] of clear) flag.set(set, [...flags][0]!);
      grown = clear.length > 0;
    }
    for (const [a, b, via] of flag.size > 0 ? inside : []) {
      const carriers = ends(inside.filter((pair) => pair[2] === via));
      if (flagOf(a) === flagOf(b) && (flagOf(a) !== undefined || carriers.every((id) => flagOf(id) === undefined)))
        accepted.push([a, b, via, 0]);
    }
  }
  return merge(sets, accepted);
}

function byRecord(clash: (x: string, y: string) => boolean): Clash {
  return (side, other) => side.some((x) => other.some((y) => clash(x, y)));
}

function merge(sets: readonly string[][], pairs: readonly Pair[]): string[][] {
  let merged = sets.map((set) => [...set]);
  for (const [a, b] of pairs) {
    const [one, other] = [setOf(merged, a), setOf(merged, b)];
    if (one && other && one !== other)
      merged = [...merged.filter((set) => set !== one && set !== other), [...one, ...other]];
  }
  return merged;
}

function ends(pairs: readonly Pair[]): string[] {
  return [...pairs.map(([a]) => a), ...pairs.map(([, b]) => b)];
}

function setOf(sets: readonly string[][], id: string): string[] {
  return sets.find((set) => set.includes(id))!;
}

function everyPair(ids: readonly string[], via: string, sure: (id: string) => number = () => 0): Pair[] {
  return ids.flatMap((a) => ids.filter((b) => a < b).map((b): Pair => [a, b, via, Math.min(sure(a), sure(b))]));
}
