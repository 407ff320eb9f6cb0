import { Transaction } from "../../db/transaction";
import { appendChanges } from "../../feed/feed.repository";
import { ResolutionRules } from "../resolve/resolution-rules";
import { writeSimilarity } from "../similarity/similarity-plan";
import { holdSimilarity } from "../similarity/similarity-state.repository";
import { markSuggested } from "../similarity/suggestion.repository";
import { tellSuggestions } from "../similarity/suggestion-changes";
import { holdIdentifiers, setIdentifierStatus } from "../write/identifier.repository";
import { RuledBy } from "../write/identity-events";
import { lockRecords } from "../write/record.repository";
import { RecordDraft } from "../write/record-draft";
import { writeIdentity } from "../write/write-identity";
import { advanceByRules } from "./advance-by-rules";
import { holdRulesVersions } from "./rules.repository";
import { StaleRules } from "./rules.service";
import { Reresolved, reresolve } from "./rules-reresolve";
import { replaceSpellings } from "./rules-spelling.repository";

/** What other rooms keep about records whose identifiers are written differently now, such as the words of the search. */
export type Retell = (tx: Transaction, drafts: readonly RecordDraft[]) => Promise<void>;

/** More hangs together with these records than was held: what was worked out without locks has to be worked out again. */
export class Outgrown extends Error {}

/**
 * Makes some records what the rules make of them: everything that was found to hang together with them is held first,
 * values before records as every writer does, then worked out again and written with its changes in the feed.
 *
 * @throws Outgrown when a writer got ahead; nothing is written then
 * @throws StaleRules when other rules came into force meanwhile
 */
export async function applyRules(
  tx: Transaction,
  found: Reresolved,
  rules: ResolutionRules,
  known: { has(id: string): boolean },
  by: RuledBy,
  retell: Retell,
): Promise<{ readonly applied: Reresolved; readonly moved: boolean }> {
  if (rules.similarity.enabled) await holdSimilarity(tx);
  const held = await holdIdentifiers(tx, found.named, found.otherIds);
  await lockRecords(tx, [...found.scope].sort(), false);
  const sure = await reresolve(tx, found.scope, rules, held, known);
  const touched = [...sure.named.map(({ id }) => id), ...sure.otherIds];
  if (sure.scope.size > found.scope.size || !touched.every((id) => held.has(id))) throw new Outgrown();
  const { moved, suggested } = await write(tx, sure, rules, by, retell);
  const judged = rules.similarity.enabled ? await markSuggested(tx, [...sure.scope], rules.similarity) : [];
  const told = await tellSuggestions(tx, [...suggested, ...judged], sure.plan.changes);
  return { applied: sure, moved: moved || told };
}

async function write(
  tx: Transaction,
  { plan, respelled, spellings }: Reresolved,
  rules: ResolutionRules,
  by: RuledBy,
  retell: Retell,
): Promise<{ readonly moved: boolean; readonly suggested: readonly string[] }> {
  if (plan.changes.length === 0) {
    if ((await holdRulesVersions(tx)).version !== rules.version) throw new StaleRules();
    await Promise.all([setIdentifierStatus(tx, plan.statuses), writeSimilarity(tx, plan.similarity)]);
    if (respelled.length > 0) await replaceSpellings(tx, respelled, spellings);
    return { moved: false, suggested: [] };
  }
  await advanceByRules(tx, plan.changes.length, rules, new Date().toISOString());
  const drafts = [...plan.drafts.values()];
  const [suggested] = await Promise.all([
    writeIdentity(tx, plan, plan.changes.length, by),
    appendChanges(tx, plan.changes),
    retell(tx, drafts),
  ]);
  if (respelled.length > 0) await replaceSpellings(tx, respelled, spellings);
  return { moved: true, suggested };
}
