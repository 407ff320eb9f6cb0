import { Instant } from "../../db/column-types";
import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { NewChange } from "../../feed/change";
import { appendChanges } from "../../feed/feed.repository";
import { Decision } from "../resolve/decision";
import { Evidence, Facts, Ruling, ValueStatus } from "../resolve/facts";
import { ResolutionRules } from "../resolve/resolution-rules";
import { resolve } from "../resolve/resolve";
import { advanceByRules } from "../rules/advance-by-rules";
import { findLikeness, Likeness } from "../similarity/likeness";
import { NO_SIMILARITY_CHANGE, SimilarityPlan } from "../similarity/similarity-plan";
import { markSuggested } from "../similarity/suggestion.repository";
import { tellSuggestions, updated } from "../similarity/suggestion-changes";
import { Component, loadComponent } from "../write/component.repository";
import { appendIdentityEvents, IdentityEventKind } from "../write/identity-history.repository";
import { describeEvidence, factsWithDrafts, IdentityPlan, planResolved } from "../write/identity-plan";
import { lockRecords } from "../write/record.repository";
import { writeIdentity } from "../write/write-identity";

/** How often a component that grew while it was being locked is locked again before the whole transaction starts over. */
const LOCK_ROUNDS = 4;

const NO_DRAFTS = { drafts: new Map(), news: [] };

/** What a person's decision is about: records, or a value that the caller holds. */
export interface RulingSeeds {
  readonly recordIds: readonly string[];
  readonly valueIds: readonly string[];
}

/**
 * The component around the seeds, held: whoever would change it waits. All carriers of a value count, whatever its status.
 *
 * @param met collects the records that were met in any attempt: the next one locks them all at once, in their order
 * @param likeness how alike records are once the decision stands; as it is stored, when left out
 */
export async function lockedComponent(
  tx: Transaction,
  { recordIds, valueIds }: RulingSeeds,
  rules: ResolutionRules,
  met: Set<string>,
  likeness?: Likeness | null,
): Promise<Component> {
  const alike = likeness === undefined ? await findLikeness(tx, rules.similarity) : likeness;
  const ids = [...recordIds, ...(likeness?.concerned ?? [])];
  const locked = new Set<string>();
  for (let round = 0; round < LOCK_ROUNDS; round += 1) {
    const component = await loadComponent(tx, { recordIds: ids, all: valueIds, trusted: [] }, alike);
    for (const id of component.records.keys()) met.add(id);
    const unlocked = [...met].filter((id) => !locked.has(id)).sort();
    if (unlocked.length === 0) return component;
    await lockRecords(tx, unlocked, locked.size > 0);
    for (const id of unlocked) locked.add(id);
  }
  throw new LostRace("the component kept growing");
}

/** The facts of the component with these rulings in force, and values of another status. */
export function ruledFacts(
  component: Component,
  rulings: readonly Ruling[],
  rules: ResolutionRules,
  statuses: ReadonlyMap<string, ValueStatus> = new Map(),
): Facts {
  return { ...factsWithDrafts(component, NO_DRAFTS.drafts, new Map(), statuses, rules), rulings };
}

export function planRuled(
  component: Component,
  facts: Facts,
  rules: ResolutionRules,
  statuses: ReadonlyMap<string, ValueStatus> = new Map(),
  similarity: SimilarityPlan = NO_SIMILARITY_CHANGE,
): IdentityPlan {
  // Whom a decision moves may begin or cease to be suggested, also where nobody is alike anew.
  const judged = { ...similarity, review: rules.similarity.enabled ? rules.similarity : null };
  return planResolved(NO_DRAFTS, statuses, component, facts, resolve(facts, rules), judged);
}

/**
 * A decision may begin or end suggestions between the customers that it names, also where it moves no record. To be sent
 * when it is written.
 */
export async function judgeSuggestions(
  tx: Transaction,
  { profileOf }: IdentityPlan,
  recordIds: readonly string[],
  { similarity }: ResolutionRules,
  { changes, suggested }: Written,
): Promise<void> {
  if (!similarity.enabled) return;
  const profiles = new Set(recordIds.map((id) => profileOf.get(id)));
  const members = [...profileOf].filter(([, profileId]) => profiles.has(profileId)).map(([recordId]) => recordId);
  const judged = await markSuggested(tx, members, similarity);
  await tellSuggestions(tx, [...suggested, ...judged], changes);
}

/** A decision as it was written. */
export interface Written {
  /** Its place in the feed. */
  readonly position: number;
  readonly at: Instant;
  /** What the feed was told. */
  readonly changes: readonly NewChange[];
  /** The customers of whom a suggestion began or ended. */
  readonly suggested: readonly string[];
}

export interface Made extends Decision {
  readonly rulingId: string;
  readonly kind: Extract<IdentityEventKind, "RULED" | "RULING_REVOKED">;
  /** What the entry of the decision itself tells. */
  readonly evidence: readonly Evidence[];
  /** What is told where a profile came apart by it, beside the joins that were refused. */
  readonly parted?: readonly Evidence[];
}

/**
 * Writes a decision and what came of it.
 *
 * @param recordIds those that it names: their profiles are told of it, also where nothing else changes for them
 */
export async function writeRuled(
  tx: Transaction,
  plan: IdentityPlan,
  recordIds: readonly string[],
  { rulingId, kind, actor, reason, evidence, parted }: Made,
  rules: ResolutionRules,
): Promise<Written> {
  const now = profilesOf(plan, recordIds);
  const profileIds = [...new Set([...now, ...recordIds.map((id) => plan.before.get(id) ?? id)])];
  const changes = plan.changes.length > 0 ? plan.changes : now.map(updated);
  const { first: position, at } = await advanceByRules(tx, changes.length, rules, new Date().toISOString());
  const told = evidence.map((one) => describeEvidence(one, plan.identifiers));
  const behind = changes.length - 1;
  const decided = { kind, behind, rulingId, actor, reason, profileIds, evidence: told };
  // The decision before what came of it: entries of one position are listed in the order in which they were made.
  const [, suggested] = await Promise.all([
    appendIdentityEvents(tx, [decided]),
    writeIdentity(tx, plan, changes.length, { rulingId, actor, reason, ...(parted && { evidence: parted }) }),
    appendChanges(tx, changes),
  ]);
  return { position, at, changes, suggested };
}

/** The profiles of these records, as the plan has them, the oldest first. */
export function profilesOf(plan: IdentityPlan, recordIds: readonly string[]): string[] {
  return [...new Set(recordIds.flatMap((id) => plan.profileOf.get(id) ?? []))].sort();
}
