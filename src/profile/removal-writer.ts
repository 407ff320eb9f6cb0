import { LostRace } from "../db/sqlstate";
import { Transaction } from "../db/transaction";
import { NewChange } from "../feed/change";
import { removing } from "../identity/removal/removal";
import { listValuesEver, NamedRecord, RemovedFacts, removeFacts } from "../identity/removal/removal.repository";
import { Evidence } from "../identity/resolve/facts";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { holdSimilarity } from "../identity/similarity/similarity-state.repository";
import { holdIdentifiers } from "../identity/write/identifier.repository";
import { RuledBy } from "../identity/write/identity-events";
import { appendIdentityEvents } from "../identity/write/identity-history.repository";
import { describeEvidence, IdentityPlan } from "../identity/write/identity-plan";
import { planDrafts } from "../identity/write/plan-drafts";
import { readRecordStates } from "../identity/write/record.repository";
import { writeIdentity } from "../identity/write/write-identity";
import { removeActivity, removeInteractions } from "../timeline/timeline-removal.repository";
import { removeSearchTokens } from "./removal.repository";

/** What becomes of everybody else when some records are taken away. */
export interface RemovalPlan extends IdentityPlan {
  /** All values that the records carry or ever carried: nobody begins to carry one of them before the commit. */
  readonly valueIds: readonly string[];
}

/**
 * Works out who is who without the records, and holds them, their values and everything around them. Values are held
 * before records, as every writer holds them.
 */
export async function planRemoval(
  tx: Transaction,
  records: readonly NamedRecord[],
  rules: ResolutionRules,
  met: Set<string>,
): Promise<RemovalPlan> {
  const ids = records.map(({ id }) => id);
  if (rules.similarity.enabled) await holdSimilarity(tx);
  const valueIds = await listValuesEver(tx, ids);
  await holdIdentifiers(tx, [], valueIds);
  const drafting = removing(records);
  const plan = await planDrafts(tx, drafting, await readRecordStates(tx, drafting.names), rules, met);
  const held = new Set(valueIds);
  if (plan.drafts.size < records.length) throw new LostRace("a record was taken away meanwhile");
  if ((await listValuesEver(tx, ids)).some((id) => !held.has(id))) throw new LostRace("a record got another value");
  return { ...plan, valueIds };
}

/** What was taken away of some records. */
export interface Purged extends RemovedFacts {
  readonly interactions: number;
  readonly searchTokens: number;
}

/**
 * Removes all that hangs on the records. To be sent twice: before the counter of the feed is held, so that a long
 * timeline keeps nobody waiting for it and nobody who holds these rows waits for it; and once it is held, for what was
 * committed in between. What is not committed by then finds no record when it appends to the feed, and starts over.
 *
 * The order of the tables is that in which events are written, so that the two never wait for each other in a circle.
 */
export async function purge(tx: Transaction, recordIds: readonly string[]): Promise<Purged> {
  const [, facts, interactions, searchTokens] = await Promise.all([
    removeActivity(tx, recordIds),
    removeFacts(tx, recordIds),
    removeInteractions(tx, recordIds),
    removeSearchTokens(tx, recordIds),
  ]);
  return { ...facts, interactions, searchTokens };
}

/**
 * Writes what the plan says of who is who, with a decision for the history where no profile came apart by it.
 *
 * @param taken how many positions of the feed were taken: the plan's changes are the first of them
 * @returns the customers of whom a suggestion began or ended: see `tellSuggestions`
 */
export async function writeDecided(
  tx: Transaction,
  plan: IdentityPlan,
  taken: number,
  by: RuledBy & { readonly evidence: readonly Evidence[] },
  profileIds: readonly string[],
): Promise<string[]> {
  const { actor, reason } = by;
  const evidence = by.evidence.map((one) => describeEvidence(one, plan.identifiers));
  if (plan.difference.splits.length === 0 && profileIds.length > 0) {
    await appendIdentityEvents(tx, [
      { kind: "RULED", behind: taken - 1, rulingId: null, actor, reason, profileIds, evidence },
    ]);
  }
  return writeIdentity(tx, plan, taken, by);
}

/** The plan without its drafts: of the records nothing is written any more. */
export function othersOf(plan: IdentityPlan): IdentityPlan {
  return { ...plan, drafts: new Map() };
}

export function profileChange(kind: NewChange["kind"], profileId: string, relatedIds: readonly string[]): NewChange {
  return { kind, profileId, relatedIds, recordId: null, interactionId: null, source: null, channel: null };
}
