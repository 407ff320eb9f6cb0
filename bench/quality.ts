import { join } from "node:path";
import { similarityEdges } from "../src/identity/similarity/edges";
import { joinSimilar } from "../src/identity/similarity/join-similar";
import { DEFAULT_SIMILARITY, SimilarityRules } from "../src/identity/similarity/similarity-rules";
import { UnionFind } from "../src/identity/union-find";
import { PartitionQuality, qualityOf } from "./quality-figures";
import { readLabelledSets } from "./quality-files";
import { generateHouseholds } from "./quality-households";
import { prepareSet } from "./quality-resolve";
import { LabelledSet } from "./quality-set";

/**
 * How right identity is, on labelled people, at one fixed version of the rules: the defaults. Joined by identifiers first,
 * then by similarity, after transitive closure.
 */
const DATA = join(__dirname, "..", "..", "shared", "data", "identity");
const SEED = Number(process.env.QUALITY_SEED ?? 20_261_122);
const HOUSEHOLDS = Number(process.env.QUALITY_HOUSEHOLDS ?? 1_200);

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
  const { records, joined } = prepareSet(set);
  const people = set.records.map(({ person }) => person);
  const clustersOf = (sets: UnionFind) => records.map((_, place) => sets.find(place));
  const identifiersOnly = qualityOf(clustersOf(joined), people);
  const edges = similarityEdges(records, rules);
  joinSimilar(records, edges, joined, rules.guard);
  const automatic = clustersOf(joined);
  const all = new UnionFind(records.length);
  const right = new UnionFind(records.length);
  for (const [place, root] of automatic.entries()) {
    all.union(place, root);
    right.union(place, root);
  }
  const suggested = new Map<string, boolean>();
  for (const { a, b, strength } of edges) {
    const [rootA, rootB] = [automatic[a]!, automatic[b]!];
    const pair = `${Math.min(rootA, rootB)} ${Math.max(rootA, rootB)}`;
    if (rootA === rootB || strength < rules.reviewThreshold || suggested.has(pair)) continue;
    suggested.set(pair, people[a] === people[b]);
    all.union(rootA, rootB);
    if (people[a] === people[b]) right.union(rootA, rootB);
  }
  return {
    set: set.name,
    records: records.length,
    identifiersOnly,
    automatic: qualityOf(automatic, people),
    withSuggestions: qualityOf(clustersOf(all), people),
    closureRecall: qualityOf(clustersOf(right), people).pairwise.recall,
    suggestions: suggested.size,
    suggestionsRight: [...suggested.values()].filter(Boolean).length,
  };
}

/** As a scorer: every pair from the threshold on, no guard and no veto, closed; with the identifiers' joins or from nothing. */
export function measureScorer(
  set: LabelledSet,
  rules: SimilarityRules,
  thresholds: readonly number[],
): PartitionQuality[] {
  const { records } = prepareSet(set);
  const people = set.records.map(({ person }) => person);
  const edges = similarityEdges(records, { ...rules, guard: false, reviewThreshold: Math.min(...thresholds) });
  return thresholds.map((threshold) => {
    const sets = new UnionFind(records.length);
    for (const { a, b, strength } of edges) if (strength >= threshold) sets.union(a, b);
    return qualityOf(
      records.map((_, place) => sets.find(place)),
      people,
    );
  });
}

const say = (text: string) => process.stdout.write(`${text}\n`);
const digits = (value: number) => value.toFixed(4).padStart(8);

function sayQuality(name: string, { pairwise, bCubed }: PartitionQuality): void {
  const of = ({ precision, recall, f1 }: PartitionQuality["pairwise"]) => [precision, recall, f1].map(digits).join("");
  say(`  ${name.padEnd(22)} pairwise${of(pairwise)}   b-cubed${of(bCubed)}`);
}

function run(): void {
  const rules: SimilarityRules = { ...DEFAULT_SIMILARITY, enabled: true };
  const sets = [
    generateHouseholds(SEED, HOUSEHOLDS),
    ...readLabelledSets(DATA, (text) => void process.stderr.write(`${text}\n`)),
  ];
  say(`seed ${SEED}; join from ${rules.autoThreshold} bits, suggest from ${rules.reviewThreshold} bits`);
  for (const set of sets) {
    const began = performance.now();
    const report = measureSet(set, rules);
    say(
      `${report.set}: ${report.records} records, ${Math.round(performance.now() - began)} ms (precision, recall, F1)`,
    );
    sayQuality("identifiers", report.identifiersOnly);
    sayQuality("automatic joins", report.automatic);
    sayQuality("joins + suggestions", report.withSuggestions);
    const { suggestions, suggestionsRight, closureRecall } = report;
    const share = suggestions === 0 ? 1 : suggestionsRight / suggestions;
    say(`  every right suggestion accepted: recall ${digits(closureRecall)}`);
    say(`  suggestions that are right:             ${digits(share)} (${suggestionsRight} of ${suggestions})`);
  }
  const thresholds = [6, 8, 10, 11, 12, 13, 14, 15, 16, 18];
  say(`as a scorer, without guard and veto, F1 pairwise at thresholds ${thresholds.join(", ")} bits`);
  for (const set of sets) {
    const found = measureScorer(set, rules, thresholds).map(({ pairwise }) => digits(pairwise.f1));
    say(`  ${set.name.padEnd(22)}${found.join("")}`);
  }
}

if (require.main === module) run();
