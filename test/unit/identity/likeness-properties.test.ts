import fc from "fast-check";
import { contradictionOf } from "../../../src/identity/resolve/person-conflicts";
import { resolve } from "../../../src/identity/resolve/resolve";
import { joinsByItself, pairKey } from "../../../src/identity/similarity/similar-pair";
import { COMPARED, DENSE_LIKENESS, SPARSE_LIKENESS, UNGUARDED_LIKENESS } from "../../support/identity-likeness";
import { PlayedHistories } from "../../support/identity-played";
import {
  anyArrival,
  anyOrder,
  asReference,
  Check,
  claimsChangeNothing,
  stepByStep,
} from "../../support/identity-properties";

const SEED = Number(process.env.SEED ?? 20_261_124);
/** How many times as many histories as usual. */
const SCALE = Number(process.env.SCALE ?? 1);
jest.setTimeout(240_000 * SCALE);

describe.each([
  { name: "dense", crowd: DENSE_LIKENESS, runs: 60 },
  { name: "sparse", crowd: SPARSE_LIKENESS, runs: 40 },
  { name: "unguarded", crowd: UNGUARDED_LIKENESS, runs: 40 },
])(`in random histories of people who are alike, $name (seed ${SEED})`, ({ crowd, runs }) => {
  const { rules } = crowd;
  const played = new PlayedHistories(crowd, COMPARED);
  const hold = (check: Check) => fc.assert(played.endHolds(check), { seed: SEED, numRuns: runs * SCALE });

  test("resolving step by step equals resolving from nothing after every step, ids included", () => {
    fc.assert(played.everyStepHolds(stepByStep), { seed: SEED, numRuns: runs * SCALE });
  });

  test("any order of the same facts gives the same answer, evidence included", () => hold(anyOrder));

  test("whoever arrived first, the same records are together", () => hold(anyArrival));

  test("the reference written from the same words gives the same profiles", () => hold(asReference));

  test("claims never change what trusted facts and likeness say, and never join two trusted people", () => {
    hold(claimsChangeNothing);
  });

  test("likeness joins only whom nothing clearly tells apart, side by side", () => {
    hold((world) => {
      const facts = world.facts();
      const { similarity } = facts;
      const trusted = { ...facts, links: facts.links.filter(({ assurance }) => assurance !== "CLAIMED") };
      const parts = resolve({ ...trusted, similarity: { ...similarity!, pairs: [] } }, rules).clusters;
      const clusters = resolve(trusted, rules).clusters;
      for (const cluster of clusters) {
        const joined = parts.filter(([first]) => cluster.includes(first!));
        for (const [place, one] of joined.entries()) {
          for (const other of joined.slice(place + 1)) {
            for (const a of one) {
              for (const b of other) {
                const [said, told] = [similarity!.profiles.get(a)!, similarity!.profiles.get(b)!];
                if (rules.similarity.guard && contradictionOf(said, told, false)) return `${a} and ${b} became one`;
              }
            }
          }
        }
        if (joined.length > 1 && cluster.length > rules.cap) return "likeness made a customer larger than the cap";
      }
      return null;
    });
  });

  test("what is told of likeness is true: of those it joined, and of those whom it could not", () => {
    hold((world) => {
      const facts = world.facts();
      const { clusters, joins, refusals } = resolve(facts, rules);
      const pairs = new Map(facts.similarity!.pairs.map((pair) => [pairKey(pair.recordA, pair.recordB), pair]));
      const clusterOf = new Map(clusters.flatMap((ids) => ids.map((id) => [id, ids] as const)));
      if (joins.length !== facts.records.length - clusters.length) return "not every join is told, or one twice";
      for (const { kind, recordA, recordB, likeness } of joins) {
        if (kind !== "SIMILARITY") continue;
        const pair = pairs.get(pairKey(recordA, recordB));
        if (!pair || !joinsByItself(pair, rules.similarity)) return `${recordA} and ${recordB} are not alike enough`;
        if (pair.strength !== likeness!.strength) return `${recordA} and ${recordB} are told another strength`;
      }
      for (const { kind, recordA, recordB, values } of refusals) {
        if (kind !== "CONFLICT" || values === undefined) continue;
        const [one, other] = [clusterOf.get(recordA)!, clusterOf.get(recordB)!];
        const called = (ids: readonly string[]) =>
          ids.some((id) => (facts.similarity!.profiles.get(id)!.name?.generation ?? null) !== null);
        const isTrue = one.some((a) =>
          other.some(
            (b) =>
              contradictionOf(facts.similarity!.profiles.get(a)!, facts.similarity!.profiles.get(b)!, false) !== null,
          ),
        );
        if (!isTrue && called(one) === called(other)) return `nothing tells ${recordA} and ${recordB} apart`;
      }
      return null;
    });
  });

  test("the histories hold enough of what they are about", () => {
    const seen = { joins: 0, refused: 0, claims: 0 };
    fc.assert(
      played.endHolds((world) => {
        const { joins, refusals } = resolve(world.facts(), rules);
        seen.joins += joins.filter(({ kind }) => kind === "SIMILARITY").length;
        seen.refused += refusals.filter(({ likeness }) => likeness !== undefined).length;
        seen.refused += refusals.filter(({ values }) => values !== undefined).length;
        return null;
      }),
      { seed: SEED, numRuns: 40 },
    );
    expect(seen.joins).toBeGreaterThan(10);
    if (rules.similarity.guard) expect(seen.refused).toBeGreaterThan(5);
  });
});
