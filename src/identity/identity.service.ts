import { v7 as uuidv7 } from "uuid";
import { LostRace } from "../db/sqlstate";
import { Transaction } from "../db/transaction";
import { FeedAdvance } from "../feed/change";
import { Compared, comparePersons } from "./compare-persons";
import { Component, loadComponent } from "./component.repository";
import { describeDrafted, saysOfPerson } from "./described-persons";
import { Evidence, ValueStatus } from "./facts";
import { countCarriers, HeldIdentifier, holdIdentifiers, setIdentifierStatus } from "./identifier.repository";
import { appendIdentityEvents, IdentityEvent } from "./identity-history.repository";
import {
  Drafted,
  describeEvidence,
  factsWithDrafts,
  IdentityPlan,
  planResolved,
  planWithoutResolution,
} from "./identity-plan";
import {
  contestAttributes,
  insertRecords,
  Move,
  moveRecords,
  touchAttributes,
  touchLinks,
  writeAttributes,
  writeLinks,
} from "./identity-writer.repository";
import { loneDrafts } from "./lone-values";
import { findNamedRecords } from "./named-record.repository";
import { NormalizedIdentifier } from "./normalize-identifier";
import { lockRecords, RecordName, readRecordStates } from "./record.repository";
import { identityAttributes, RecordDraft } from "./record-draft";
import { RecordState } from "./record-state";
import { ResolutionRules } from "./resolution-rules";
import { resolve } from "./resolve";
import { recordHandle, Sighting } from "./sighting";
import { writeSimilarity } from "./similarity/similarity-plan";
import { findSimilarityState, holdSimilarity, SimilarityState } from "./similarity/similarity-state.repository";
import { markSuggested } from "./similarity/suggestion.repository";
import { changedStatuses, linkChanges, opensCarriers, toBeCounted } from "./value-statuses";

/** What is to become of some records, worked out anew from what is stored of them whenever that is read again. */
export interface Drafting {
  readonly names: readonly RecordName[];
  draft(states: ReadonlyMap<string, RecordState>): Drafted;
}

/** How often a component that grew while it was being locked is locked again before the whole transaction starts over. */
const LOCK_ROUNDS = 4;

/**
 * From drafts of records to profiles, inside the caller's transaction.
 *
 *   read states -> drafts -> nothing new about identity? -> plan without resolution
 *                         -> hold values -> load component -> lock its records -> read and load again -> resolve -> plan
 *
 * Promises: the plan is what `resolve` answers for the component as it is at the commit. Every transaction that could
 * change the answer holds one of the same values or records: values are locked before records, each in the order of
 * their ids, and what was read before the locks is read again after them.
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
): Promise<IdentityPlan> {
  let current = drafting.draft(states);
  const news = [...current.drafts.values()].filter((draft) => draft.hasNews);
  if (news.length === 0) return planWithoutResolution(current);
  const deciding = identityAttributes(rules);
  if (!news.some((draft) => draft.hasIdentityNews(deciding))) return planAttributes(tx, drafting, news, deciding);
  let state: SimilarityState | null = null;
  const holdsState = rules.similarity.enabled && news.some(saysOfPerson);
  if (holdsState) {
    state = await holdSimilarity(tx);
    current = drafting.draft(await readRecordStates(tx, drafting.names));
  } else if (rules.similarity.enabled) state = await findSimilarityState(tx);
  const held = await holdTouchedIdentifiers(tx, current.drafts);
  // Worked out once: whoever says something of a person holds the state, and whoever turns a value into a shared one holds it.
  const compared = await comparePersons(tx, rules, state, false, async () => {
    const statuses = await statusesWith(tx, current.drafts, held, rules);
    return describeDrafted(tx, [...current.drafts.values()], held, statuses, rules);
  });
  const load = () => loadAround(tx, current.drafts, held, rules, compared);
  let loaded = await load();
  const locked = new Set<string>();
  for (let round = 0; round < LOCK_ROUNDS; round += 1) {
    for (const id of recordsToLock(loaded.component, current.drafts)) met.add(id);
    const unlocked = [...met].filter((id) => !locked.has(id));
    if (unlocked.length === 0) {
      const { component, statuses, apart } = loaded;
      const concerned = new Map([...current.drafts].filter(([, { recordId }]) => !apart.has(recordId)));
      const facts = factsWithDrafts(component, concerned, held, statuses, rules);
      return planResolved(current, statuses, component, facts, resolve(facts, rules), compared.plan, apart);
    }
    const locking = lockRecords(tx, unlocked.sort(), locked.size > 0);
    const [, fresh] = await Promise.all([locking, readRecordStates(tx, drafting.names)]);
    for (const id of unlocked) locked.add(id);
    current = drafting.draft(fresh);
    requireHeld(current.drafts, held);
    if (state !== null && !holdsState) requireSilent(current.drafts);
    loaded = await load();
  }
  throw new LostRace("the component kept growing");
}

/** The drafting of sightings: each is applied, in their order, to the record it speaks of. */
export function draftingOf(sightings: readonly Sighting[]): Drafting {
  const names = new Map<string, RecordName>();
  for (const { source, key } of sightings) names.set(recordHandle(source, key), { source, key });
  // A record that is new keeps its id however often it is drafted: what was worked out of it speaks of it by that.
  const newIds = new Map<string, string>();
  return { names: [...names.values()], draft: (states) => draftRecords(sightings, states, newIds) };
}

/** A person's decision behind a change, for the history. */
export interface RuledBy {
  readonly rulingId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  /** What the person took away or added, where it is no ruling: it is told with the splits that came of it. */
  readonly evidence?: readonly Evidence[];
}

const NOBODY: RuledBy = { rulingId: null, actor: null, reason: null };

/** Writes the plan at the positions the feed has given: the plan's changes are the first of them. */
export async function writeIdentity(
  tx: Transaction,
  plan: IdentityPlan,
  advance: FeedAdvance,
  ruledBy: RuledBy = NOBODY,
): Promise<void> {
  const drafts = [...plan.drafts.values()];
  const news = drafts.filter((draft) => draft.hasNews);
  const created = drafts.filter((draft) => !draft.stored);
  await Promise.all([
    insertRecords(tx, created, (id) => plan.profileOf.get(id) ?? id, advance.first),
    moveRecords(tx, movesOf(plan, advance)),
    writeLinks(tx, news, advance.first),
    writeAttributes(tx, news, advance.first),
    setIdentifierStatus(tx, plan.statuses),
    appendIdentityEvents(tx, eventsOf(plan, advance, ruledBy)),
    contestAttributes(tx, contestedIn(plan, news)),
    writeSimilarity(tx, plan.similarity),
    requireLikeness(tx, plan),
  ]);
  const { reviewThreshold } = plan.similarity;
  if (reviewThreshold !== null) await markSuggested(tx, suggestionsToJudge(plan), reviewThreshold);
}

/**
 * The last record of a tenant may have been compared since the plan was made: from then on likeness has a say, and a plan
 * without it would take apart what that has joined. It is told with the counter of the feed held, as it is here.
 */
async function requireLikeness(tx: Transaction, { usedLikeness, similarity }: IdentityPlan): Promise<void> {
  if (usedLikeness || similarity.reviewThreshold === null) return;
  if ((await findSimilarityState(tx))?.ready) throw new LostRace("persons have a say in who is who from now on");
}

/** The records whose pairs may begin or cease to be suggestions: those of customers that changed, or found a likeness. */
function suggestionsToJudge({ similarity, difference, profileOf }: IdentityPlan): string[] {
  const ends = similarity.found.flatMap(({ recordA, recordB }) => [recordA, recordB]);
  const moved = difference.moved.flatMap(({ recordId, from }) => [recordId, from ?? recordId]);
  const profiles = new Set([...ends, ...moved].map((id) => profileOf.get(id) ?? id));
  const members = [...profileOf].filter(([, profileId]) => profiles.has(profileId)).map(([recordId]) => recordId);
  return [...new Set([...ends, ...members])];
}

/** The profiles in which records may say different things from now on. */
function contestedIn({ difference, profileOf, resolution }: IdentityPlan, news: readonly RecordDraft[]): string[] {
  const alone = new Set(resolution.clusters.flatMap((cluster) => (cluster.length === 1 ? cluster : [])));
  const changed = news.filter((draft) => draft.changedAttributes().length > 0 && !alone.has(draft.recordId));
  const profiles = changed.flatMap(({ recordId }) => profileOf.get(recordId) ?? []);
  return [...new Set([...difference.merges.map(({ profileId }) => profileId), ...profiles])].sort();
}

/** Widens the times of what was seen again. Needs no position: times of sightings are not part of the feed. */
export async function touchIdentity(tx: Transaction, plan: IdentityPlan): Promise<void> {
  const drafts = [...plan.drafts.values()];
  await Promise.all([touchLinks(tx, drafts), touchAttributes(tx, drafts)]);
}

function draftRecords(
  sightings: readonly Sighting[],
  states: ReadonlyMap<string, RecordState>,
  newIds: Map<string, string>,
): Drafted {
  const drafts = new Map<string, RecordDraft>();
  const news = sightings.map((sighting) => {
    const handle = recordHandle(sighting.source, sighting.key);
    let draft = drafts.get(handle);
    if (!draft) {
      const stored = states.get(handle) ?? null;
      const recordId = stored?.recordId ?? newIds.get(handle) ?? uuidv7();
      if (!stored) newIds.set(handle, recordId);
      draft = new RecordDraft(recordId, sighting.source, sighting.key, stored);
      drafts.set(handle, draft);
    }
    return draft.see(sighting);
  });
  return { drafts, news };
}

/** Attributes that decide nothing about identity: the records are held, the profiles stay as they are. */
async function planAttributes(
  tx: Transaction,
  drafting: Drafting,
  news: readonly RecordDraft[],
  deciding: ReadonlySet<string>,
): Promise<IdentityPlan> {
  const ids = news.map((draft) => draft.recordId).sort();
  const [, fresh] = await Promise.all([lockRecords(tx, ids, false), readRecordStates(tx, drafting.names)]);
  const drafted = drafting.draft(fresh);
  const held = new Set(ids);
  for (const draft of drafted.drafts.values()) {
    if (draft.hasIdentityNews(deciding) || (draft.hasNews && !held.has(draft.recordId))) {
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

interface Surroundings {
  readonly component: Component;
  readonly statuses: Map<string, ValueStatus>;
  /** Records whose news concern nobody and which were not loaded, with the profiles that they are in. */
  readonly apart: Map<string, string>;
}

/** The statuses that the drafts change. */
async function statusesWith(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
): Promise<Map<string, ValueStatus>> {
  const changes = linkChanges(drafts.values());
  return changedStatuses(held, changes, await countCarriers(tx, toBeCounted(held, changes)), rules);
}

/** Every fact that can have a say, and the statuses that the drafts change. */
async function loadAround(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
  { likeness }: Compared,
): Promise<Surroundings> {
  const statuses = await statusesWith(tx, drafts, held, rules);
  const all: string[] = [];
  const trusted: string[] = [];
  const opened = new Set<string>();
  for (const [id, after] of statuses) if (opensCarriers(held.get(id)?.status, after)) opened.add(id);
  for (const { id, status, isNew } of held.values()) {
    if (isNew) continue;
    if (status === "LIVE" || opened.has(id)) all.push(id);
    else if (status === "CLAIMS_SHARED") trusted.push(id);
  }
  const lone = await findLoneDrafts(tx, drafts, held, rules);
  const deciding = identityAttributes(rules);
  const seeds = [...drafts.values()].filter(
    (draft) => draft.stored && draft.hasIdentityNews(deciding) && !lone.has(draft),
  );
  const ids = [...seeds.map((draft) => draft.recordId), ...(likeness?.concerned ?? [])];
  const component = await loadComponent(tx, ids, { all, trusted }, opened, likeness);
  const apart = new Map<string, string>();
  for (const { recordId, stored } of lone) if (!component.records.has(recordId)) apart.set(recordId, stored!.profileId);
  return { component, statuses, apart };
}

/** Those whose news join nobody and keep nobody apart, so that whoever is around them need not be loaded. */
async function findLoneDrafts(
  tx: Transaction,
  drafts: ReadonlyMap<string, RecordDraft>,
  held: ReadonlyMap<string, HeldIdentifier>,
  rules: ResolutionRules,
): Promise<Set<RecordDraft>> {
  const lone = loneDrafts(drafts.values(), held, rules);
  const known = await findNamedRecords(tx, lone.named, rules);
  const named = new Set(lone.named);
  return new Set(lone.drafts.filter(({ recordId }) => !named.has(recordId) || known.has(recordId)));
}

/** What the plan is about to rest on: the component, and every stored record whose facts the batch changes. */
function recordsToLock(component: Component, drafts: ReadonlyMap<string, RecordDraft>): string[] {
  const ids = new Set(component.records.keys());
  for (const draft of drafts.values()) if (draft.stored && draft.hasNews) ids.add(draft.recordId);
  return [...ids];
}

/** Only who holds the similarity state may say something of a person: what was read again may say it differently. */
function requireSilent(drafts: ReadonlyMap<string, RecordDraft>): void {
  if ([...drafts.values()].some(saysOfPerson)) throw new LostRace("what is said of a person changed meanwhile");
}

function requireHeld(drafts: ReadonlyMap<string, RecordDraft>, held: ReadonlyMap<string, HeldIdentifier>): void {
  for (const draft of drafts.values()) {
    for (const link of draft.linksOf("NEW", "RAISED", "DETACHED")) {
      if (!held.has(link.identifierId)) throw new LostRace("a link changed before its value was held");
    }
  }
}

/**
 * The position from which each moved record counts to its new profile: that of the merge that took it in, or of the
 * split that set it apart, so that whoever follows the record finds the change that moved it.
 */
function movesOf(plan: IdentityPlan, advance: FeedAdvance): Move[] {
  const { splits, merges, moved } = plan.difference;
  const positionOf = new Map<string, number>();
  splits.forEach(({ separatedIds }, place) => {
    for (const id of separatedIds) positionOf.set(id, advance.first + place);
  });
  merges.forEach(({ profileId }, place) => {
    positionOf.set(profileId, advance.first + splits.length + place);
  });
  return moved.flatMap(({ recordId, from, to }) =>
    from === null ? [] : [{ recordId, profileId: to, position: positionOf.get(to) ?? advance.first }],
  );
}

function eventsOf(plan: IdentityPlan, advance: FeedAdvance, ruledBy: RuledBy): IdentityEvent[] {
  const { splits, merges } = plan.difference;
  const ruled = { at: advance.at, ...ruledBy };
  return [
    ...splits.map(({ profileId, separatedIds }, place): IdentityEvent => {
      const profileIds = [profileId, ...separatedIds];
      const reasons = [...(ruledBy.evidence ?? []), ...plan.resolution.refusals];
      const evidence = reasons.filter((reason) => partedBy(reason, plan, profileId));
      return { ...ruled, kind: "SPLIT", position: advance.first + place, profileIds, evidence: told(evidence, plan) };
    }),
    ...merges.map(({ profileId, absorbedIds }, place): IdentityEvent => {
      const position = advance.first + splits.length + place;
      const evidence = plan.resolution.joins.filter((join) => joinedInto(join, plan, profileId));
      const profileIds = [profileId, ...absorbedIds];
      return { ...ruled, kind: "MERGED", position, profileIds, evidence: told(evidence, plan) };
    }),
  ];
}

/** A join between two records of the merged profile that were not in one profile before. */
function joinedInto({ recordA, recordB }: Evidence, plan: IdentityPlan, profileId: string): boolean {
  return plan.profileOf.get(recordA) === profileId && plan.before.get(recordA) !== plan.before.get(recordB);
}

/** A refusal between two records that were in the profile before it was split. */
function partedBy({ recordA, recordB }: Evidence, plan: IdentityPlan, profileId: string): boolean {
  return plan.before.get(recordA) === profileId && plan.before.get(recordB) === profileId;
}

function told(evidence: readonly Evidence[], plan: IdentityPlan): object[] {
  return evidence.map((one) => describeEvidence(one, plan.identifiers));
}
