import { Facts } from "../../src/identity/facts";
import { Assurance, IdentifierKind } from "../../src/identity/identifier-kind";
import { crmIdMode, ResolutionRules } from "../../src/identity/resolution-rules";

/**
 * The decisions of `resolve` written a second time, from the words and not from the code: partitions are arrays of
 * arrays, every question is asked of every pair, and nothing is remembered. Slow, short, and meant to disagree.
 */
export function referenceClusters(facts: Facts, rules: ResolutionRules): string[][] {
  return new Reference(facts, rules).clusters().map((set) => [...set].sort());
}

/** Of `sure`: how sure its weaker end is, as a number. */
type Pair = readonly [a: string, b: string, via: string, sure: number];
type Clash = (x: string, y: string) => boolean;

const STRONG = ["USER_ID", "CRM_ID", "LOYALTY_ID", "CUSTOM"];
const WEAK = ["ANONYMOUS_ID", "DEVICE_ID"];

export class Reference {
  readonly forbidden = new Set<string>();
  /** The partition after the rulings alone. */
  readonly ruled: string[][];
  private readonly component: (id: string, claims: boolean) => string[];

  constructor(
    private readonly facts: Facts,
    private readonly rules: ResolutionRules,
  ) {
    let sets = facts.records.map(({ id }) => [id]);
    for (const { kind, sides } of [...facts.rulings].sort((x, y) => y.position - x.position)) {
      const [one = [], other = []] = sides.map((side) => side.filter((id) => facts.records.some((r) => r.id === id)));
      if (kind === "SAME") sets = judge(sets, everyPair(one, "ruling"), (x, y) => this.isForbidden(x, y), Infinity);
      else
        for (const a of one)
          for (const b of other)
            if (setOf(sets, a) !== setOf(sets, b)) this.forbidden.add(`${a}/${b}`).add(`${b}/${a}`);
    }
    this.ruled = sets;
    const same = facts.rulings.filter(({ kind }) => kind === "SAME").flatMap(({ sides }) => everyPair(sides[0]!, ""));
    const [trusted, all] = (["ASSERTED", "CLAIMED"] as const).map((least) =>
      merge(
        facts.records.map(({ id }) => [id]),
        [...same, ...this.pairs(() => true, least)],
      ),
    );
    this.component = (id, claims) => setOf(claims ? all! : trusted!, id);
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
        sets = judge(sets, this.pairs(tier, assurance), (x, y) => this.clash(x, y, false), this.rules.cap);
    for (const tier of tiers) {
      const trusted = (set: string[]) => set.some((id) => this.isTrusted(id));
      const before = sets;
      const clash: Clash = (x, y) => this.clash(x, y, true) || (trusted(setOf(before, x)) && trusted(setOf(before, y)));
      sets = judge(sets, this.pairs(tier, "CLAIMED"), clash, this.rules.cap);
    }
    return sets;
  }

  isTrusted(id: string): boolean {
    return this.linksOf(id, false).some(({ kind }) => !WEAK.includes(kind));
  }

  /** Whether these two records cannot be one person. */
  clash(x: string, y: string, claims: boolean): boolean {
    return this.isForbidden(x, y) || this.whatDiffers(x, y, claims).length > 0;
  }

  whatDiffers(x: string, y: string, claims: boolean): string[] {
    const differing: string[] = [];
    for (const v of this.linksOf(x, claims)) {
      for (const w of this.linksOf(y, claims)) {
        if (v.kind !== w.kind || v.namespace !== w.namespace || this.oneValue(x, v.id, w.id, claims)) continue;
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
  private oneValue(x: string, v: string, w: string, claims: boolean): boolean {
    const scope = this.facts.identifiers.find(({ id }) => id === v)!;
    const groups = this.ruled
      .filter((set) => set.length > 1 && this.component(set[0]!, claims) === this.component(x, claims))
      .map((set) => set.flatMap((id) => this.linksOf(id, claims)))
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
    const enemies = (set: string[]) => sides.filter((t) => set !== t && set.some((x) => t.some((y) => clash(x, y))));
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
