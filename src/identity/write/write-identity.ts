import { LostRace } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { writeSimilarity } from "../similarity/similarity-plan";
import { findSimilarityState } from "../similarity/similarity-state.repository";
import { markSuggested } from "../similarity/suggestion.repository";
import { contestAttributes, touchAttributes, writeAttributes } from "./attribute-writer.repository";
import { setIdentifierStatus } from "./identifier.repository";
import { eventsOf, RuledBy } from "./identity-events";
import { appendIdentityEvents } from "./identity-history.repository";
import { IdentityPlan } from "./identity-plan";
import { touchLinks, writeLinks } from "./link-writer.repository";
import { RecordDraft } from "./record-draft";
import { insertRecords, Move, moveRecords } from "./record-writer.repository";

/** What no person decided. */
export const NOBODY: RuledBy = { rulingId: null, actor: null, reason: null };

/**
 * Writes the plan at the positions that the feed has given. To be sent after `advanceFeed`, whose answer need not be
 * waited for.
 *
 * @param taken how many positions: the plan's changes are the first of them
 * @param compared where what is said of persons, and who is alike, was sent already
 * @returns the customers of whom a suggestion began or ended: see `tellSuggestions`
 */
export async function writeIdentity(
  tx: Transaction,
  plan: IdentityPlan,
  taken: number,
  ruledBy: RuledBy = NOBODY,
  compared: Promise<void> | null = null,
): Promise<string[]> {
  const drafts = [...plan.drafts.values()];
  const news = drafts.filter((draft) => draft.hasNews);
  const created = drafts.filter((draft) => !draft.stored);
  const behind = taken - 1;
  const moves = movesOf(plan, taken);
  const placed = [insertRecords(tx, created, (id) => plan.profileOf.get(id) ?? id, behind), moveRecords(tx, moves)];
  // To move them takes PostgreSQL about as long as it takes to work out here what else there is to write.
  if (moves.length > 0) tx.goAhead();
  await Promise.all([
    ...placed,
    writeLinks(tx, news, behind),
    writeAttributes(tx, news, behind),
    setIdentifierStatus(tx, plan.statuses),
    appendIdentityEvents(tx, eventsOf(plan, taken, ruledBy)),
    contestAttributes(tx, contestedIn(plan, news), handedOn(plan)),
    compared ?? writeSimilarity(tx, plan.similarity),
    requireLikeness(tx, plan),
  ]);
  const { review } = plan.similarity;
  return review === null ? [] : markSuggested(tx, suggestionsToJudge(plan), review);
}

/** Widens the times of what was seen again. Needs no position: times of sightings are not part of the feed. */
export async function touchIdentity(tx: Transaction, plan: IdentityPlan): Promise<void> {
  const drafts = [...plan.drafts.values()];
  await Promise.all([touchLinks(tx, drafts), touchAttributes(tx, drafts)]);
}

/**
 * The last record of a tenant may have been compared since the plan was made: from then on likeness has a say, and a plan
 * without it would take apart what that has joined. It is told with the counter of the feed held, as it is here.
 */
async function requireLikeness(tx: Transaction, { usedLikeness, similarity }: IdentityPlan): Promise<void> {
  if (usedLikeness || similarity.review === null) return;
  if ((await findSimilarityState(tx))?.ready) throw new LostRace("persons have a say in who is who from now on");
}

/**
 * Records whose pairs may begin or cease to be suggestions: one of each pair that was found, and all of the customers that
 * changed, or of whom a record says something else.
 */
function suggestionsToJudge({ similarity, difference, profileOf, restated }: IdentityPlan): string[] {
  const ends = similarity.found.map(({ recordA, recordB }) => (similarity.profiles.has(recordA) ? recordA : recordB));
  const moved = difference.moved.flatMap(({ recordId, from }) => (from === null ? [] : [recordId, from]));
  const profiles = new Set([...moved.map((id) => profileOf.get(id) ?? id), ...restated]);
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

/** The profiles that records leave, each with those that they get into. */
function handedOn({ difference }: IdentityPlan): (readonly [string, string])[] {
  const ways = new Map<string, readonly [string, string]>();
  for (const { from, to } of difference.moved) if (from !== null) ways.set(from + to, [from, to]);
  return [...ways.values()];
}

/**
 * The position from which each moved record counts to its new profile: that of the merge that took it in, or of the
 * split that set it apart, so that whoever follows the record finds the change that moved it.
 */
function movesOf(plan: IdentityPlan, taken: number): Move[] {
  const { splits, merges, moved } = plan.difference;
  const behindOf = new Map<string, number>();
  splits.forEach(({ separatedIds }, place) => {
    for (const id of separatedIds) behindOf.set(id, taken - 1 - place);
  });
  merges.forEach(({ profileId }, place) => {
    behindOf.set(profileId, taken - 1 - splits.length - place);
  });
  return moved.flatMap(({ recordId, from, to }) =>
    from === null ? [] : [{ recordId, profileId: to, behind: behindOf.get(to) ?? taken - 1 }],
  );
}
