import { Transaction } from "../../db/transaction";
import { ResolutionRules } from "../resolve/resolution-rules";
import { BEFORE_ALL, holdRulesVersions, listNextRecords } from "../rules/rules.repository";
import { StaleRules } from "../rules/rules.service";
import { describeStored } from "./described-persons";
import { planSimilarity, writeSimilarity } from "./similarity-plan";
import { holdSimilarity, moveSimilarityOn, setSimilarityReady } from "./similarity-state.repository";
import { markSuggested } from "./suggestion.repository";

/**
 * Describes and compares the next records of a tenant whose rules have begun to ask for it, by their age. Until all are,
 * likeness has no say in who is who: a half of the pairs would join people whom the other half tells apart. Writers
 * describe what they change meanwhile, and hold the same state, so each record is described whoever comes first.
 *
 * @returns false when there was nothing to do
 * @throws StaleRules when other rules came into force meanwhile
 */
export async function indexNextRecords(tx: Transaction, rules: ResolutionRules, limit: number): Promise<boolean> {
  const state = await holdSimilarity(tx);
  if (state === null || state.ready) return false;
  const ids = await listNextRecords(tx, state.indexedThrough ?? BEFORE_ALL, limit);
  const last = ids.at(-1);
  const persons = await describeStored(tx, ids, new Map(), rules);
  const plan = await planSimilarity(tx, persons, rules.similarity, true);
  // Before anything is written: who writes pairs elsewhere holds the counter then, and would wait in a circle.
  if ((await holdRulesVersions(tx)).version !== rules.version) throw new StaleRules();
  if (last === undefined) await setSimilarityReady(tx);
  else {
    await Promise.all([writeSimilarity(tx, plan), moveSimilarityOn(tx, last, ids.length)]);
    // What was a suggestion when persons were last compared begins anew, and the feed tells of it then.
    await markSuggested(tx, ids, rules.similarity);
  }
  return true;
}
