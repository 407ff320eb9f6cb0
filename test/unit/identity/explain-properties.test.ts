import fc from "fast-check";
import { findBridges } from "../../../src/identity/explain/bridges";
import { explainPair } from "../../../src/identity/explain/explain";
import { unitsOf } from "../../../src/identity/explain/explain-units";
import { Evidence, Facts, Link } from "../../../src/identity/resolve/facts";
import { DEFAULT_RULES, ResolutionRules } from "../../../src/identity/resolve/resolution-rules";
import { resolve } from "../../../src/identity/resolve/resolve";
import { histories } from "../../support/identity-arbitrary";
import { PlayedHistories } from "../../support/identity-played";
import { DENSE_CROWD, SPARSE_CROWD } from "../../support/identity-properties";

const SEED = Number(process.env.SEED ?? 20_261_123);
const SCALE = Number(process.env.SCALE ?? 1);
jest.setTimeout(120_000 * SCALE);

const carries = (links: readonly Link[], recordId: string, identifierId: string | undefined) =>
  links.some((link) => link.recordId === recordId && link.identifierId === identifierId);

describe.each([
  { name: "sparse", crowd: SPARSE_CROWD, runs: 60 },
  { name: "dense", crowd: DENSE_CROWD, runs: 120 },
])(`in random histories, $name (seed ${SEED})`, ({ crowd, runs }) => {
  const { density, rules } = crowd;
  const played = new PlayedHistories(crowd);
  const holds = (check: (facts: Facts) => void | Promise<void>) =>
    fc.assert(
      fc.asyncProperty(histories(density), async (operations) => {
        await check(played.endOf(operations).facts());
      }),
      { seed: SEED, numRuns: runs * SCALE },
    );

  test("a path leads from one to the other, by what its records have in common or a ruling says", () =>
    holds((facts) => {
      const resolution = resolve(facts, rules);
      for (const cluster of resolution.clusters) {
        const [a, ...others] = cluster;
        for (const b of others) {
          const { same, path } = explainPair(facts, resolution, rules, a!, b, facts.links);
          expect(same).toBe(true);
          expect(path[0]!.recordA).toBe(a);
          expect(path.at(-1)!.recordB).toBe(b);
          for (const [place, step] of path.entries()) {
            expect(step.recordB).toBe(path[place + 1]?.recordA ?? b);
            expect(isTrue(step, facts, cluster)).toBe(true);
          }
        }
      }
    }));

  test("what stands against two that are apart is true of them", () =>
    holds((facts) => {
      const resolution = resolve(facts, rules);
      for (const one of resolution.clusters) {
        for (const other of resolution.clusters) {
          if (one === other) continue;
          const { same, path, against } = explainPair(facts, resolution, rules, one[0]!, other[0]!, facts.links);
          expect([same, path]).toEqual([false, []]);
          for (const { recordA, recordB, identifierId } of against) {
            expect([one.includes(recordA), other.includes(recordA)]).toContain(true);
            expect(one.includes(recordA)).toBe(other.includes(recordB));
            if (identifierId === undefined) continue;
            expect([recordA, recordB].every((id) => carries(facts.links, id, identifierId))).toBe(true);
          }
          const common = new Set(
            facts.links.filter((link) => one.includes(link.recordId)).map((link) => link.identifierId),
          );
          for (const { recordId, identifierId } of facts.links) {
            if (!other.includes(recordId) || !common.has(identifierId)) continue;
            // Nothing that both carry is passed over in silence.
            expect(against.map((evidence) => evidence.identifierId)).toContain(identifierId);
          }
        }
      }
    }));

  test("bridges are those without which the customer falls apart, and no others", () =>
    holds(async (facts) => {
      const resolution = resolve(facts, rules);
      for (const cluster of resolution.clusters) {
        if (cluster.length < 2) continue;
        const found = await findBridges(facts, resolution, rules, cluster[0]!, async () => undefined);
        const names = found.map(({ identifierId, rulingId }) => identifierId ?? rulingId);
        expect(new Set(names)).toEqual(new Set(hangsOn(facts, rules, cluster)));
        expect(new Set(names).size).toBe(names.length);
      }
    }));
});

function isTrue(
  { kind, recordA, recordB, identifierId, rulingId }: Evidence,
  facts: Facts,
  cluster: readonly string[],
) {
  if (!cluster.includes(recordA) || !cluster.includes(recordB)) return false;
  if (kind === "IDENTIFIER") return [recordA, recordB].every((id) => carries(facts.links, id, identifierId));
  const ruling = facts.rulings.find(({ id }) => id === rulingId);
  return ruling?.kind === "SAME" && [recordA, recordB].every((id) => ruling.sides[0]!.includes(id));
}

/** The same asked the slow way: each thing is taken away, and all is resolved again. */
function hangsOn(facts: Facts, rules: ResolutionRules, cluster: readonly string[]): string[] {
  return unitsOf(facts, DEFAULT_RULES, cluster).flatMap(({ evidence: { identifierId, rulingId } }) => {
    const without = {
      ...facts,
      identifiers: facts.identifiers.map((one) =>
        one.id === identifierId ? { ...one, status: "SHARED" as const } : one,
      ),
      rulings: facts.rulings.filter(({ id }) => id !== rulingId),
    };
    const whole = resolve(without, rules).clusters.some((ids) => cluster.every((id) => ids.includes(id)));
    return whole ? [] : [(identifierId ?? rulingId)!];
  });
}
