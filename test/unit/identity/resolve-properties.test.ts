import fc from "fast-check";
import { Evidence, Facts } from "../../../src/identity/resolve/facts";
import { DEFAULT_RULES, ResolutionRules } from "../../../src/identity/resolve/resolution-rules";
import { resolve } from "../../../src/identity/resolve/resolve";
import { DENSE, histories } from "../../support/identity-arbitrary";
import { PlayedHistories } from "../../support/identity-played";
import {
  anyArrival,
  anyOrder,
  asReference,
  Check,
  claimsChangeNothing,
  DENSE_CROWD,
  SPARSE_CROWD,
  stepByStep,
} from "../../support/identity-properties";
import { Reference } from "../../support/identity-reference";
import { World } from "../../support/identity-world";

const SEED = Number(process.env.SEED ?? 20_261_122);
/** How many times as many histories as usual. */
const SCALE = Number(process.env.SCALE ?? 1);
jest.setTimeout(120_000 * SCALE);

describe.each([
  { name: "sparse", crowd: SPARSE_CROWD, runs: 100 },
  { name: "dense", crowd: DENSE_CROWD, runs: 150 },
  { name: "dense, nothing shared", crowd: { density: DENSE, rules: DEFAULT_RULES }, runs: 100 },
])(`in random histories, $name (seed ${SEED})`, ({ crowd, runs }) => {
  const { density, rules } = crowd;
  const played = new PlayedHistories(crowd);
  const holds = (check: (world: World) => void) =>
    fc.assert(
      fc.property(histories(density), (operations) => check(played.endOf(operations))),
      { seed: SEED, numRuns: runs * SCALE },
    );

  const hold = (check: Check) => fc.assert(played.endHolds(check), { seed: SEED, numRuns: runs * SCALE });

  test("resolving step by step equals resolving from nothing after every step, ids included", () => {
    fc.assert(played.everyStepHolds(stepByStep), { seed: SEED, numRuns: 2 * runs * SCALE });
  });

  test("any order of the same facts gives the same answer, evidence included", () => hold(anyOrder));

  test("whoever arrived first, the same records are together", () => hold(anyArrival));

  test("the reference written from the same words gives the same profiles", () => hold(asReference));

  test("no profile breaks a rule", () => {
    holds((world) => {
      const facts = world.facts();
      const reference = new Reference(facts, rules);
      for (const cluster of resolve(facts, rules).clusters) {
        expect(cluster.join()).toBe([...cluster].sort().join());
        const ruled = (id: string) => reference.ruled.find((set) => set.includes(id))!;
        const broken = pairs(cluster).filter(([a, b]) => ruled(a) !== ruled(b) && reference.clash(a, b, "TRUSTED"));
        expect(broken).toEqual([]);
        if (cluster.length > rules.cap) expect(ruled(cluster[0]!).length).toBe(cluster.length);
      }
    });
  });

  test("claims never change what trusted facts say, and never join two trusted people", () => {
    hold(claimsChangeNothing);
  });

  test("joins connect every profile by true reasons, and every refusal's reason is true", () => {
    holds((world) => {
      const facts = world.facts();
      const { clusters, joins, refusals } = resolve(facts, rules);
      expect(joins).toHaveLength(facts.records.length - clusters.length);
      const claims = new Claims(facts, rules, clusters);
      expect(joins.filter((join) => !claims.isTrueJoin(join))).toEqual([]);
      expect(refusals.filter((refusal) => !claims.isTrueRefusal(refusal))).toEqual([]);
    });
  });

  test("every two profiles that carry one joining value are told why they are two", () => {
    holds((world) => {
      const facts = world.facts();
      const { clusters, refusals } = resolve(facts, rules);
      const clusterOf = (id: string) => clusters.findIndex((cluster) => cluster.includes(id));
      const told = new Set(
        refusals.map(({ recordA, recordB, identifierId }) =>
          key(identifierId!, clusterOf(recordA), clusterOf(recordB)),
        ),
      );
      const capped = new Set(refusals.filter(({ kind }) => kind === "CAP").map(({ identifierId }) => identifierId));
      for (const { id, status } of facts.identifiers) {
        if (status !== "LIVE" || capped.has(id)) continue;
        const holders = new Set(
          facts.links.filter(({ identifierId }) => identifierId === id).map((link) => clusterOf(link.recordId)),
        );
        for (const [one, other] of pairs([...holders])) expect(told).toContain(key(id, one, other));
      }
    });
  });
});

/** Whether pieces of evidence hold when they are looked up in the facts. */
class Claims {
  private readonly reference: Reference;

  constructor(
    private readonly facts: Facts,
    private readonly rules: ResolutionRules,
    private readonly clusters: readonly (readonly string[])[],
  ) {
    this.reference = new Reference(facts, rules);
  }

  isTrueJoin({ kind, recordA, recordB, identifierId, assurance, rulingId }: Evidence): boolean {
    if (this.cluster(recordA) !== this.cluster(recordB)) return false;
    if (kind === "RULING") {
      const ruling = this.facts.rulings.find(({ id }) => id === rulingId)!;
      return ruling.kind === "SAME" && [recordA, recordB].every((id) => ruling.sides[0]!.includes(id));
    }
    const ends = [recordA, recordB].map((id) => this.assuranceOf(id, identifierId!));
    const order = ["CLAIMED", "ASSERTED", "VERIFIED"];
    const weaker = order[Math.min(...ends.map((end) => order.indexOf(end!)))];
    const status = this.statusOf(identifierId!);
    return weaker === assurance && (status === "LIVE" || (status === "CLAIMS_SHARED" && weaker !== "CLAIMED"));
  }

  isTrueRefusal({ kind, recordA, recordB, identifierId, about, rulingId, contenders = [] }: Evidence): boolean {
    const [one, other] = [this.cluster(recordA), this.cluster(recordB)];
    if (one === other) return false;
    if (identifierId && !(this.assuranceOf(recordA, identifierId) && this.assuranceOf(recordB, identifierId)))
      return false;
    const across = one.flatMap((a) => other.map((b) => [a, b] as const));
    switch (kind) {
      case "RULING": {
        const { sides } = this.facts.rulings.find(({ id }) => id === rulingId)!;
        const apart = (a: string, b: string) => sides[0]!.includes(a) && sides[1]!.includes(b);
        return across.some(([a, b]) => apart(a, b) || apart(b, a));
      }
      case "CONFLICT":
        return across.some(([a, b]) =>
          (["ALL", "TRUSTED"] as const).some((reach) => this.reference.whatDiffers(a, b, reach).includes(about!)),
        );
      case "LOW_ASSURANCE":
        return [one, other].every((side) => side.some((id) => this.reference.isTrusted(id)));
      case "AMBIGUOUS":
        return new Set(contenders).size === contenders.length && this.contend(contenders);
      case "CAP":
        return this.facts.records.length > this.rules.cap;
      case "SHARED_VALUE": {
        const claimed = [recordA, recordB].some((id) => this.assuranceOf(id, identifierId!) === "CLAIMED");
        const status = this.statusOf(identifierId!);
        return status === "SHARED" || (status === "CLAIMS_SHARED" && claimed);
      }
      case "BLOCKED_VALUE":
        return this.statusOf(identifierId!) === "UNUSABLE";
      default:
        return false;
    }
  }

  /** Whether none of them can be one with all the others: each has one among them with whom it cannot be. */
  private contend(contenders: readonly string[]): boolean {
    const trusted = (id: string) => this.cluster(id).some((one) => this.reference.isTrusted(one));
    return (
      contenders.length > 1 &&
      contenders.every((one) =>
        contenders.some(
          (other) =>
            this.cluster(one) !== this.cluster(other) &&
            ((trusted(one) && trusted(other)) ||
              this.cluster(one).some((a) =>
                this.cluster(other).some((b) =>
                  (["ALL", "TRUSTED"] as const).some((reach) => this.reference.clash(a, b, reach)),
                ),
              )),
        ),
      )
    );
  }

  private cluster(id: string): readonly string[] {
    return this.clusters.find((cluster) => cluster.includes(id))!;
  }

  private assuranceOf(record: string, identifier: string): string | undefined {
    return this.facts.links.find(({ recordId, identifierId }) => recordId === record && identifierId === identifier)
      ?.assurance;
  }

  private statusOf(identifier: string): string {
    return this.facts.identifiers.find(({ id }) => id === identifier)!.status;
  }
}

function pairs<T>(things: readonly T[]): [T, T][] {
  return things.flatMap((one, i) => things.slice(i + 1).map((other): [T, T] => [one, other]));
}

function key(identifier: string, one: number, other: number): string {
  return `${identifier} ${Math.min(one, other)} ${Math.max(one, other)}`;
}
