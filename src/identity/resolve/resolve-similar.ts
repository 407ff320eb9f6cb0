import type { PersonProfile } from "../similarity/person-profile";
import { joinsByItself, LAST_STEP, type SimilarPair, stepOf } from "../similarity/similar-pair";
import { strongestFirst } from "../similarity/similar-pairs";
import type { SimilarityRules } from "../similarity/similarity-rules";
import { PersonConflicts, PersonsSaid } from "./person-conflicts";
import { Bond } from "./resolve-bond";
import { entryOf } from "./resolve-entry";
import { IndexedFacts } from "./resolve-index";
import { UnionFind } from "./union-find";

/** What likeness adds to a resolution. */
export interface SimilarIndex {
  /** Pairs that may join by themselves, those of equal strength together, the strongest first. */
  readonly steps: readonly SimilarStep[];
  /** The records that trusted facts could bring together, likeness included. */
  readonly components: UnionFind;
  /** What keeps people apart who share an e-mail address or a telephone; null where the rules ask for no guard. */
  readonly stated: PersonConflicts | null;
}

export interface SimilarStep {
  readonly bonds: readonly Bond[];
  readonly persons: PersonConflicts | null;
}

/** Null where persons are not compared. */
export function indexSimilar(facts: IndexedFacts, rules: SimilarityRules): SimilarIndex | null {
  const { similarity } = facts;
  if (similarity === undefined) return null;
  const recordAt = new Map(facts.records.map(({ id }, record) => [id, record]));
  const said = rules.guard ? new PersonsSaid(numbered(similarity.profiles, recordAt)) : null;
  const components = facts.trustedComponents.copy();
  const steps = new Map<number, Bond[]>();
  // The strongest first: of several that say the same, these are told.
  for (const { a, b, pair } of [...joiningPairs(facts, rules)].sort((x, y) => strongestFirst(x.pair, y.pair))) {
    components.union(a, b);
    const { strength, comparisons } = pair;
    const evidence = { kind: "SIMILARITY", likeness: { strength, comparisons } } as const;
    entryOf(steps, stepOf(pair), () => []).push({ members: [a, b], ranks: [0, 0], rank: 0, evidence });
  }
  const alike = said && new PersonConflicts(said, "ALIKE");
  const namesakes = said && new PersonConflicts(said, "NAMESAKES");
  return {
    steps: [...steps]
      .sort(([one], [other]) => (one > other ? -1 : 1))
      .map(([step, bonds]) => ({ bonds, persons: step === LAST_STEP ? namesakes : alike })),
    components,
    stated: said && new PersonConflicts(said, "STATED"),
  };
}

/** Brings together the records that likeness may join. */
export function joinAlike(components: UnionFind, facts: IndexedFacts, rules: SimilarityRules): void {
  for (const { a, b } of joiningPairs(facts, rules)) components.union(a, b);
}

/** The pairs that may join by themselves, by the places of their records; those of records that were not given are left out. */
function* joiningPairs(
  { records, similarity }: IndexedFacts,
  rules: SimilarityRules,
): Generator<{ readonly a: number; readonly b: number; readonly pair: SimilarPair }> {
  const recordAt = new Map(records.map(({ id }, record) => [id, record]));
  for (const pair of similarity?.pairs ?? []) {
    const [a, b] = [recordAt.get(pair.recordA), recordAt.get(pair.recordB)];
    if (a !== undefined && b !== undefined && joinsByItself(pair, rules)) yield { a, b, pair };
  }
}

function* numbered(
  profiles: ReadonlyMap<string, PersonProfile>,
  recordAt: ReadonlyMap<string, number>,
): Generator<readonly [number, PersonProfile]> {
  for (const [id, profile] of profiles) {
    const record = recordAt.get(id);
    if (record !== undefined) yield [record, profile];
  }
}
