import { Transaction } from "../../db/transaction";
import type { PersonProfile } from "./person-profile";
import { joinsByItself, pairKey, type SimilarPair } from "./similar-pair";
import { readPairs, readProfiles } from "./similarity.repository";
import { NO_SIMILARITY_CHANGE, type SimilarityPlan } from "./similarity-plan";
import type { SimilarityRules } from "./similarity-rules";
import { findSimilarityState } from "./similarity-state.repository";

/** How alike records are, as it is stored with a plan laid over it: what a component is loaded and resolved with. */
export class Likeness {
  private readonly found = new Map<string, SimilarPair[]>();
  private readonly gone: ReadonlySet<string>;

  constructor(
    private readonly tx: Transaction,
    private readonly rules: SimilarityRules,
    private readonly plan: SimilarityPlan = NO_SIMILARITY_CHANGE,
  ) {
    this.gone = new Set([...plan.gone, ...plan.found].map(({ recordA, recordB }) => pairKey(recordA, recordB)));
    for (const pair of plan.found) {
      for (const end of [pair.recordA, pair.recordB]) this.found.set(end, [...(this.found.get(end) ?? []), pair]);
    }
  }

  /** The pairs that may join by themselves and of which either is one of these records. */
  async pairsOf(recordIds: readonly string[]): Promise<SimilarPair[]> {
    const stored = await readPairs(this.tx, recordIds, this.rules.autoThreshold);
    const pairs = new Map([...stored].filter(([key]) => !this.gone.has(key)));
    for (const id of recordIds) {
      for (const pair of this.found.get(id) ?? []) pairs.set(pairKey(pair.recordA, pair.recordB), pair);
    }
    return [...pairs.values()].filter((pair) => joinsByItself(pair, this.rules));
  }

  async profilesOf(recordIds: readonly string[]): Promise<Map<string, PersonProfile>> {
    const { profiles } = this.plan;
    const known = await readProfiles(
      this.tx,
      recordIds.filter((id) => !profiles.has(id)),
    );
    for (const id of recordIds) {
      const profile = profiles.get(id);
      if (profile) known.set(id, profile);
    }
    return known;
  }

  /** The records whose pairs change. */
  get concerned(): string[] {
    const ends = [...this.plan.gone, ...this.plan.found].flatMap(({ recordA, recordB }) => [recordA, recordB]);
    return [...new Set([...ends, ...this.plan.profiles.keys()])];
  }

  /**
   * Of these the records that have to be resolved again: those that say something else, and those that a pair joined or
   * joins now. Of the others it changes only for whom they are suggested.
   */
  get deciding(): string[] {
    const { gone, found, before, profiles } = this.plan;
    const changed = [...gone, ...found, ...before.values()];
    const joining = changed.filter((pair) => joinsByItself(pair, this.rules));
    return [...new Set([...joining.flatMap(({ recordA, recordB }) => [recordA, recordB]), ...profiles.keys()])];
  }
}

/** As it is stored; null where likeness has no say in who is who (yet). */
export async function findLikeness(tx: Transaction, rules: SimilarityRules): Promise<Likeness | null> {
  if (!rules.enabled) return null;
  return (await findSimilarityState(tx))?.ready ? new Likeness(tx, rules) : null;
}
