import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { NormalizedIdentifier } from "../normalize/normalize-identifier";
import { comparePersons } from "../resolve/compare-persons";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { describeDrafted, saysOfPerson } from "../similarity/described-persons";
import { Likeness } from "../similarity/likeness";
import {
  findSimilarityState,
  holdFreeSimilarity,
  holdSimilarity,
  SimilarityState,
} from "../similarity/similarity-state.repository";
import { ComparedAhead, compareAhead, othersCompareAhead } from "./compare-ahead";
import { Drafting } from "./drafting";
import { HeldIdentifier, holdIdentifiers } from "./identifier.repository";
import { Drafted, factsWithDrafts, IdentityPlan, planResolved, planWithoutResolution } from "./identity-plan";
import { Meanwhile, NOTHING_MEANWHILE } from "./meanwhile";
import { isSameMoment } from "./moment.repository";
import { lockRecords, readRecordStates, readRecordStatesAgain } from "./record.repository";
import { identityAttributes, RecordDraft } from "./record-draft";
import { areSameStates, RecordState } from "./record-state";
import { requireHeld, requireSameRecords, requireSilent, saysTheSame } from "./redrafted";
import { approach, Holding, holdAround, holdRest, Loaded, Surroundings, statusesWith } from "./surroundings";

/** How often a component that grew while it was being locked is locked again before the whole transaction starts over. */
const LOCK_ROUNDS = 4;

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
  const { likeness } = compared;
  // Likeness changes by what has no place in the feed, but not while the state is held.
  const isStill = holdsState || !rules.similarity.enabled;
  const locked = new Set<string>();
  const strangers = new Set<string>();
  let isSent = false;
  // What was loaded, where nothing was wrong with it but that some of it had not been held.
  let kept: Loaded | null = null;
  const planLoaded = (drafted: Drafted, { component, statuses, apart, beside }: Surroundings): IdentityPlan => {
    const concerned = new Map([...drafted.drafts].filter(([, { recordId }]) => !apart.has(recordId)));
    const facts = factsWithDrafts(component, concerned, held, statuses, rules);
    const unloaded = new Map([...apart, ...beside]);
    return planResolved(drafted, statuses, component, facts, resolve(facts, rules), compared.plan, unloaded);
  };
  for (let round = 0; round < LOCK_ROUNDS; round += 1) {
    const drafts = current.drafts;
    for (const id of toBeHeld(drafts, likeness)) met.add(id);
    const holder: Holding = { met, locked, isFirst: round === 0 };
    const holding = kept
      ? holdRest(tx, kept, holder)
      : holdAround(tx, await approach(tx, drafts, held, rules, likeness, strangers), rules, likeness, holder);
    const reading = readRecordStatesAgain(tx, drafting.names);
    // It is awaited last; should something before it fail, that is the same transaction's failure.
    reading.catch(() => undefined);
    if (round === 0) isSent = meanwhile.drafted(current);
    if (kept !== null) tx.goAhead();
    const supposed = kept && planLoaded(current, kept);
    const loaded = await holding;
    if (round === 0) meanwhile.compared(compared.plan);
    const isAllHeld = loaded.strangers.length === 0 && [...met].every((id) => locked.has(id));
    // Mostly what is read again is what was read: it is decided by that while PostgreSQL looks.
    const likely = supposed ?? (isAllHeld ? planLoaded(current, loaded) : null);
    const fresh = await reading;
    const isMissed = loaded.moment !== null && !(isStill && isSameMoment(loaded.moment, fresh.moment));
    if (likely && !isMissed && areSameStates(read, fresh.states)) return likely;
    read = fresh.states;
    current = drafting.draft(read);
    if (isSent) requireSameRecords(drafts, current.drafts);
    requireHeld(current.drafts, held);
    if (state !== null && !holdsState) requireSilent(current.drafts);
    kept = null;
    if (isMissed || !saysTheSame(drafts, current.drafts, deciding)) continue;
    for (const id of loaded.strangers) strangers.add(id);
    if (isAllHeld) return planLoaded(current, loaded);
    if (loaded.strangers.length === 0 && loaded.moment !== null) kept = loaded;
  }
  throw new LostRace("the component kept growing");
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

/** Every stored record whose facts the batch changes, or which it makes more or less alike to others. */
function toBeHeld(drafts: ReadonlyMap<string, RecordDraft>, likeness: Likeness | null): string[] {
  const changed = [...drafts.values()].filter((draft) => draft.stored && draft.hasNews);
  return [...changed.flatMap(changedIds), ...(likeness?.concerned ?? [])];
}

/** A record that changes, and the one with which is noted of what the customer's records say different things. */
function changedIds(draft: RecordDraft): string[] {
  const says = draft.stored !== null && draft.changedAttributes().length > 0;
  return says ? [draft.recordId, draft.stored.profileId] : [draft.recordId];
}
