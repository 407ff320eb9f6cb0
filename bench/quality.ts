import { Facts } from "../src/identity/resolve/facts";
import { DEFAULT_RULES } from "../src/identity/resolve/resolution-rules";
import { resolve } from "../src/identity/resolve/resolve";
import { UnionFind } from "../src/identity/resolve/union-find";
import { saidOnce, sidesContradict } from "../src/identity/similarity/sides-contradict";
import { SimilarPair } from "../src/identity/similarity/similar-pair";
import { similarPairs, strongestFirst } from "../src/identity/similarity/similar-pairs";
import { SimilarityRules } from "../src/identity/similarity/similarity-rules";
import { PartitionQuality, qualityOf } from "./quality-figures";
import { prepareSet } from "./quality-resolve";
import { LabelledSet } from "./quality-set";

/** How right identity is on one set, at one version of the rules: by identifiers first, then by similarity, after closure. */
export interface SetReport {
  readonly set: string;
  readonly records: number;
  readonly identifiersOnly: PartitionQuality;
  readonly automatic: PartitionQuality;
  /** With every suggestion accepted, right or wrong. */
  readonly withSuggestions: PartitionQuality;
  /** With every right suggestion accepted. */
  readonly closureRecall: number;
  readonly suggestions: number;
  readonly suggestionsRight: number;
}

export function measureSet(set: LabelledSet, rules: SimilarityRules): SetReport {
  const { records, facts } = prepareSet(set);
  const people = set.records.map(({ person }) => person);
  const pairs = similarPairs(records, rules);
  const profiles = new Map(records.map(({ id, profile }) => [id, profile]));
  const identifiersOnly = clustersOf({ ...facts, similarity: { profiles, pairs: [] } }, rules);
  const automatic = clustersOf({ ...facts, similarity: { profiles, pairs } }, rules);
  const [joined, all, right] = [0, 1, 2].map(() => setsOf(automatic)) as [UnionFind, UnionFind, UnionFind];
  const saidIn = (sets: UnionFind, place: number) =>
    saidOnce([...sets.elements(place)].map((at) => records[at]!.profile));
  const isOpen = (sets: UnionFind, pair: SimilarPair, a: number, b: number) =>
    sets.find(a) !== sets.find(b) && !(rules.guard && sidesContradict(pair, saidIn(sets, a), saidIn(sets, b)));
  const placeOf = new Map(records.map(({ id }, place) => [id, place]));
  const suggested = new Map<string, boolean>();
  // The strongest are decided on first; what else is known of the two customers by then may speak against the next.
  for (const pair of [...pairs].sort(strongestFirst)) {
    const [a, b] = [placeOf.get(pair.recordA)!, placeOf.get(pair.recordB)!];
    if (pair.strength < rules.reviewThreshold) continue;
    if (isOpen(joined, pair, a, b)) {
      suggested.set([joined.find(a), joined.find(b)].sort().join(), people[a] === people[b]);
    }
    if (isOpen(all, pair, a, b)) all.union(a, b);
    if (people[a] === people[b] && isOpen(right, pair, a, b)) right.union(a, b);
  }
  const closed = (sets: UnionFind) => records.map((_, place) => sets.find(place));
  return {
    set: set.name,
    records: records.length,
    identifiersOnly: qualityOf(identifiersOnly, people),
    automatic: qualityOf(automatic, people),
    withSuggestions: qualityOf(closed(all), people),
    closureRecall: qualityOf(closed(right), people).pairwise.recall,
    suggestions: suggested.size,
    suggestionsRight: [...suggested.values()].filter(Boolean).length,
  };
}

function setsOf(clusters: readonly number[]): UnionFind {
  const sets = new UnionFind(clusters.length);
  for (const [place, root] of clusters.entries()) sets.union(place, root);
  return sets;
}

/** By record, in their order: the place of the first record that stands with it. */
function clustersOf(facts: Facts, similarity: SimilarityRules): number[] {
  const placeOf = new Map(facts.records.map(({ id }, place) => [id, place]));
  const clusters = new Array<number>(facts.records.length);
  for (const cluster of resolve(facts, { ...DEFAULT_RULES, similarity }).clusters) {
    const places = cluster.map((id) => placeOf.get(id)!);
    for (const place of places) clusters[place] = Math.min(...places);
  }
  return clusters;
}

/** As a scorer: every pair from the threshold on, no guard and no veto, closed; with the identifiers' joins or from nothing. */
export function measureScorer(
  set: LabelledSet,
  rules: SimilarityRules,
  thresholds: readonly number[],
): PartitionQuality[] {
  const { records } = prepareSet(set);
  const people = set.records.map(({ person }) => person);
  const pairs = similarPairs(records, { ...rules, guard: false, reviewThreshold: Math.min(...thresholds) });
  const placeOf = new Map(records.map(({ id }, place) => [id, place]));
  return thresholds.map((threshold) => {
    const sets = new UnionFind(records.length);
    for (const { recordA, recordB, strength } of pairs) {
      if (strength >= threshold) sets.union(placeOf.get(recordA)!, placeOf.get(recordB)!);
    }
    return qualityOf(
      records.map((_, place) => sets.find(place)),
      people,
    );
  });
}
