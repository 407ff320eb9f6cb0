import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { NormalizedIdentifier } from "../normalize/normalize-identifier";
import { comparePersons } from "../resolve/compare-persons";
import { ResolutionRules } from "../resolve/resolution-rules";
import { describeDrafted, saysOfPerson } from "../similarity/described-persons";
import {
  findSimilarityState,
  holdFreeSimilarity,
  holdSimilarity,
  SimilarityState,
} from "../similarity/similarity-state.repository";
import { ComparedAhead, compareAhead, othersCompareAhead } from "./compare-ahead";
import { Drafting } from "./drafting";
import { HeldIdentifier, holdIdentifiers } from "./identifier.repository";
import { IdentityPlan, planWithoutResolution } from "./identity-plan";
import { Meanwhile, NOTHING_MEANWHILE } from "./meanwhile";
import { changedIds, planHeld } from "./plan-held";
import { lockRecords, readRecordStates } from "./record.repository";
import { identityAttributes, RecordDraft } from "./record-draft";
import { RecordState } from "./record-state";
import { statusesWith } from "./surroundings";

/**
 * From drafts of records to profiles, inside the caller's transaction.
 *
 *   read states -> drafts -> nothing new about identity? -> plan without resolution
 *                         -> hold values -> hold and load the component: one round trip -> resolve -> plan
 *
 * Promises: the plan is what `resolve` answers for the component as it is at the commit. Every transaction that could
 * change the answer holds one of the same values or records: values are locked before records, each in the order of
 * their ids, and what was read before the locks is read again after them, unless nothing was committed meanwhile.
 * Trusts: nothing that was read without a lock, beyond deciding that there is nothing to do; what is then written
 * checks that it still holds, and starts the transaction over (LostRace) where it does not.
 *
 * `met` collects the records that were met in any attempt at this batch: an attempt that starts over locks them all at
 * once, in their order, and so does not meet the same surprise again.
 */
export async function planDrafts(
  tx: Transaction,
  drafting: Drafting,
  states: ReadonlyMap<string, RecordState>,
  rules: ResolutionRules,
  met: Set<string>,
  meanwhile: Meanwhile = NOTHING_MEANWHILE,
): Promise<IdentityPlan> {
  let read = states;
  let current = drafting.draft(read);
  const news = [...current.drafts.values()].filter((draft) => draft.hasNews);
  if (news.length === 0) return planWithoutResolution(current);
  const deciding = identityAttributes(rules);
  if (!news.some((draft) => draft.hasIdentityNews(deciding))) return planAttributes(tx, drafting, news, deciding);
  let state: SimilarityState | null = null;
  let ahead: ComparedAhead | null = null;
  const holdsState = rules.similarity.enabled && news.some(saysOfPerson);
  if (holdsState) {
    meanwhile.waiting(current);
    state = othersCompareAhead(tx.tenantId) ? null : await holdFreeSimilarity(tx);
    if (state === null) {
      ahead = await compareAhead(tx, current.drafts, rules);
      state = await holdSimilarity(tx);
    }
    read = await readRecordStates(tx, drafting.names);
    current = drafting.draft(read);
  } else if (rules.similarity.enabled) state = await findSimilarityState(tx);
  const held = await holdTouchedIdentifiers(tx, current.drafts);
  // Worked out once: whoever says something of a person holds the state, and whoever turns a value into a shared one holds it.
  const compared = await comparePersons(
    tx,
    rules,
    state,
    false,
    async () => {
      const statuses = await statusesWith(tx, current.drafts, held, rules);
      return describeDrafted(tx, [...current.drafts.values()], held, statuses, rules, ahead?.persons);
    },
    ahead?.pairs,
  );
  // Likeness changes by what has no place in the feed, but not while the state is held.
  const isStill = holdsState || !rules.similarity.enabled;
  const by = { rules, held, compared, isStill, mayDescribe: state === null || holdsState };
  return planHeld(tx, drafting, { read, current }, by, met, meanwhile);
}

/** Attributes that decide nothing about identity: the records are held, the profiles stay as they are. */
async function planAttributes(
  tx: Transaction,
  drafting: Drafting,
  news: readonly RecordDraft[],
  deciding: ReadonlySet<string>,
): Promise<IdentityPlan> {
  const ids = [...new Set(news.flatMap(changedIds))].sort();
  const [, fresh] = await Promise.all([lockRecords(tx, ids, false), readRecordStates(tx, drafting.names)]);
  const drafted = drafting.draft(fresh);
  const held = new Set(ids);
  for (const draft of drafted.drafts.values()) {
    if (draft.hasIdentityNews(deciding) || (draft.hasNews && !changedIds(draft).every((id) => held.has(id)))) {
      throw new LostRace("a record changed before it was locked");
    }
  }
  return planWithoutResolution(drafted);
}

function holdTouchedIdentifiers(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
): Promise<Map<string, HeldIdentifier>> {
  const named = new Map<string, NormalizedIdentifier>();
  const others = new Set<string>();
  for (const draft of drafts.values()) {
    for (const link of draft.linksOf("NEW", "RAISED", "DETACHED")) {
      if (link.identifier) named.set(link.identifierId, link.identifier);
      else others.add(link.identifierId);
    }
  }
  const sorted = [...named.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return holdIdentifiers(tx, sorted, [...others]);
}
