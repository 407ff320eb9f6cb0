import { Evidence, Facts, Resolution } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { UnionFind } from "../resolve/union-find";
import { clusterOf } from "./explain";
import { mayRefuse } from "./explain-contradictions";
import { bitsBetween, EvidenceUnit, evidenceBetween, unitsOf } from "./explain-units";

/** How many joins of one customer are tried out by resolving without them; of more, the weakest. */
const MOST_TRIALS = 100;

/**
 * The joins on which a customer hangs, weakest first: for each, two records that fall apart without it.
 *
 * What is taken away is one thing that joins: a value (it then joins nobody, as if it were shared), a ruling, a
 * likeness. So a value carried by three records is one bridge if any of them hangs on it alone, and none if other
 * evidence holds all three. Whether the customer falls apart is not read off a drawing but asked of `resolve`: a value
 * that both halves carry holds nothing together where only a ruling allows them to be one, and a value that joins two
 * first may be what lets another join the third. Where nothing may refuse a join, the drawing is the answer.
 *
 * @param resolution of these facts by these rules
 * @param breathe is awaited between trials, each of which takes as long as a resolution of the component
 */
export async function findBridges(
  facts: Facts,
  resolution: Resolution,
  rules: ResolutionRules,
  recordId: string,
  breathe: () => Promise<void>,
): Promise<Evidence[]> {
  const cluster = clusterOf(resolution, recordId);
  const units = unitsOf(facts, rules, cluster);
  const contested = mayRefuse(facts, rules);
  const bridges: { evidence: Evidence; bits: number }[] = [];
  let trials = 0;
  for (const unit of units.reverse()) {
    let partOf = partsWithout(unit, units, cluster);
    if (!isApart(cluster, partOf) && contested && trials < MOST_TRIALS) {
      trials += 1;
      partOf = partsByResolving(facts, rules, unit);
      await breathe();
    }
    if (isApart(cluster, partOf)) bridges.push(strongestAcross(unit, partOf));
  }
  return bridges.sort((a, b) => a.bits - b.bits).map(({ evidence }) => evidence);
}

type PartOf = (recordId: string) => string | number | undefined;

/** What would still hang together if all other evidence held. */
function partsWithout(without: EvidenceUnit, units: readonly EvidenceUnit[], cluster: readonly string[]): PartOf {
  const places = new Map(cluster.map((id, place) => [id, place]));
  const parts = new UnionFind(cluster.length);
  for (const unit of units) {
    if (unit === without) continue;
    const [first, ...others] = unit.members.keys();
    for (const id of others) parts.union(places.get(first!)!, places.get(id)!);
  }
  return (id) => parts.find(places.get(id)!);
}

function partsByResolving(facts: Facts, rules: ResolutionRules, { evidence, pair }: EvidenceUnit): PartOf {
  const { identifierId, rulingId } = evidence;
  const without: Facts = {
    ...facts,
    identifiers: facts.identifiers.map((one) => (one.id === identifierId ? { ...one, status: "SHARED" } : one)),
    rulings: facts.rulings.filter(({ id }) => id !== rulingId),
    ...(facts.similarity && {
      similarity: { ...facts.similarity, pairs: facts.similarity.pairs.filter((one) => one !== pair) },
    }),
  };
  const partOf = new Map<string, string>();
  for (const cluster of resolve(without, rules).clusters) for (const id of cluster) partOf.set(id, cluster[0]!);
  return (id) => partOf.get(id);
}

function isApart(cluster: readonly string[], partOf: PartOf): boolean {
  const part = partOf(cluster[0]!);
  return cluster.some((id) => partOf(id) !== part);
}

/** Where taking it away parts only others (two records that may be one only since it joined a third), any two of its own. */
function strongestAcross(unit: EvidenceUnit, partOf: PartOf): { evidence: Evidence; bits: number } {
  const ids = [...unit.members.keys()].sort();
  const [first, second] = ids as [string, string];
  let found = { a: first, b: second, bits: 0 };
  // By part its strongest member: the strongest pair across is one of those.
  const strongest = new Map<string | number | undefined, string>();
  for (const id of ids) {
    const known = strongest.get(partOf(id));
    if (!known || unit.members.get(id)!.bits > unit.members.get(known)!.bits) strongest.set(partOf(id), id);
  }
  const ends = [...strongest.values()].sort();
  for (const [place, a] of ends.entries()) {
    for (const b of ends.slice(place + 1)) {
      const bits = bitsBetween(unit, a, b);
      if (bits > found.bits) found = { a, b, bits };
    }
  }
  const bits = bitsBetween(unit, found.a, found.b);
  return { evidence: evidenceBetween(unit, found.a, found.b), bits };
}
