import { Instant } from "../db/column-types";
import { Transaction } from "../db/transaction";
import { appendChanges, getNewestPoint } from "../feed/feed.repository";
import { neutralizeEntries } from "../feed/feed-removal.repository";
import { eraseHistory } from "../identity/removal/erasure-history.repository";
import {
  listTombstonesOf,
  NamedRecord,
  removeRecords,
  removeTraces,
  removeUnusedValues,
} from "../identity/removal/removal.repository";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { advanceByRules } from "../identity/rules/advance-by-rules";
import { tellSuggestions } from "../identity/similarity/suggestion-changes";
import { listRulingsThatShare, silenceSharedRulings } from "../identity/write/shared-value.repository";
import { writeIdentity } from "../identity/write/write-identity";
import { othersOf, profileChange, purge, RemovalPlan } from "./removal-writer";

/** How much was taken away, by kind. */
export interface ErasureCounts {
  readonly records: number;
  readonly identifiers: number;
  readonly attributes: number;
  readonly interactions: number;
  readonly feedEntries: number;
  readonly historyEntries: number;
  readonly rulings: number;
  readonly searchTokens: number;
  readonly suggestions: number;
}

/**
 * Takes a whole customer away: every record of one profile, what hangs on them, and every word about them in the feed, in
 * histories and rulings. Nothing of theirs is left but ids in the feed and the ledger's digests of message ids.
 *
 * @param records all records of the profile, held by the plan
 */
export async function eraseRecords(
  tx: Transaction,
  records: readonly NamedRecord[],
  plan: RemovalPlan,
  rules: ResolutionRules,
  actor: string,
): Promise<{ counts: ErasureCounts; at: Instant }> {
  const recordIds = records.map(({ id }) => id);
  const { profileId } = records[0]!;
  const buriedIds = await listTombstonesOf(tx, recordIds);
  const ids = [...recordIds, ...buriedIds];
  const { position } = await getNewestPoint(tx);
  const purged = await purge(tx, recordIds);
  const neutralized = await neutralizeEntries(tx, ids, profileId, 0);
  const otherIds = ids.filter((id) => id !== profileId);
  const changes = [...plan.changes, profileChange("PROFILE_ERASED", profileId, otherIds)];
  const advance = await advanceByRules(tx, changes.length, rules, new Date().toISOString());
  const late = await purge(tx, recordIds);
  const lateEntries = await neutralizeEntries(tx, ids, profileId, position);
  const history = await eraseHistory(tx, ids);
  const sharing = await listRulingsThatShare(tx, plan.valueIds);
  await silenceSharedRulings(tx, sharing);
  // The reason stays out of other customers' histories: it is about this one.
  const suggested = await writeIdentity(tx, othersOf(plan), changes.length, { rulingId: null, actor, reason: null });
  const removed = await removeRecords(tx, recordIds);
  await removeTraces(tx, recordIds, buriedIds);
  await removeUnusedValues(tx, plan.valueIds);
  await appendChanges(tx, changes);
  await tellSuggestions(tx, suggested, changes);
  const counts = {
    records: removed,
    identifiers: purged.identifiers + late.identifiers,
    attributes: purged.attributes + late.attributes,
    interactions: purged.interactions + late.interactions,
    feedEntries: neutralized + lateEntries,
    historyEntries: history.historyEntries,
    rulings: history.rulings + sharing.length,
    searchTokens: purged.searchTokens + late.searchTokens,
    suggestions: purged.suggestions + late.suggestions,
  };
  return { counts, at: advance.at };
}
