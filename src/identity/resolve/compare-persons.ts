import { Transaction } from "../../db/transaction";
import { ComparedPairs } from "../similarity/compared-pairs";
import { DescribedPerson } from "../similarity/described-person";
import { Likeness } from "../similarity/likeness";
import { NO_SIMILARITY_CHANGE, planSimilarity, SimilarityPlan } from "../similarity/similarity-plan";
import { SimilarityState } from "../similarity/similarity-state.repository";
import { ResolutionRules } from "./resolution-rules";

/** What changes of who is alike, and likeness as it becomes; null where it has no say (yet). */
export interface Compared {
  readonly plan: SimilarityPlan;
  readonly likeness: Likeness | null;
}

/**
 * Compares persons as they become. Without a state the rules do not ask for it, and nobody is described.
 *
 * @param describe what the records say from now on, by record; null: nothing
 * @param anew whether they are compared again although they say what they said: other rules compare them
 * @param known pairs that these rules compared before in this transaction; null where nothing is compared twice in it
 */
export async function comparePersons(
  tx: Transaction,
  rules: ResolutionRules,
  state: SimilarityState | null,
  anew: boolean,
  describe: () => Promise<ReadonlyMap<string, DescribedPerson | null>>,
  known: ComparedPairs | null = null,
): Promise<Compared> {
  if (state === null) return { plan: NO_SIMILARITY_CHANGE, likeness: null };
  const plan = await planSimilarity(tx, await describe(), rules.similarity, anew, known);
  return { plan, likeness: state.ready ? new Likeness(tx, rules.similarity, plan) : null };
}
