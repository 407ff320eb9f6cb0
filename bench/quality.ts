import { Facts } from "../src/identity/resolve/facts";
import { DEFAULT_RULES } from "../src/identity/resolve/resolution-rules";
import { resolve } from "../src/identity/resolve/resolve";
import { UnionFind } from "../src/identity/resolve/union-find";
import { similarPairs } from "../src/identity/similarity/similar-pairs";
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
  const all = new UnionFind(records.length);
  const right = new UnionFind(records.length);
  for (const [place, root] of automatic.entries()) {
    all.union(place, root);
    right.union(place, root);
  }
  const placeOf = new Map(records.map(({ id }, place) => [id, place]));
  const suggested = new Map<string, boolean>();
  for (const { recordA, recordB, strength } of pairs) {
    const [a, b] = [placeOf.get(recordA)!, placeOf.get(recordB)!];
    const [rootA, rootB] = [automatic[a]!, automatic[b]!];
    const pair = `${Math.min(rootA, rootB)} ${Math.max(rootA, rootB)}`;
    if (rootA === rootB || strength < rules.reviewThreshold || suggested.has(pair)) continue;
    suggested.set(pair, people[a] === people[b]);
    all.union(rootA, rootB);
    if (people[a] === people[b]) right.union(rootA, rootB);
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
