import { Transaction } from "../../db/transaction";
import { NewChange } from "../../feed/change";
import { advanceFeed, appendChanges } from "../../feed/feed.repository";

/**
 * Tells the feed of customers of whom a suggestion began or ended. Which those are is known only once customers and
 * rulings are written, so they take positions of their own behind those of the changes that led to it: to be sent when
 * these have been appended.
 *
 * @param changes what was appended: whom it names is told of already
 * @returns whether anything was appended
 */
export async function tellSuggestions(
  tx: Transaction,
  profileIds: readonly string[],
  changes: readonly NewChange[],
): Promise<boolean> {
  const told = new Set(changes.flatMap(({ profileId, relatedIds }) => [profileId, ...relatedIds]));
  const untold = [...new Set(profileIds)].filter((id) => !told.has(id)).sort();
  if (untold.length === 0) return false;
  await advanceFeed(tx, untold.length, new Date().toISOString());
  await appendChanges(tx, untold.map(updated));
  return true;
}

/** Something of the customer that is told beside the timeline is another. */
export function updated(profileId: string): NewChange {
  return {
    kind: "PROFILE_UPDATED",
    profileId,
    relatedIds: [],
    recordId: null,
    interactionId: null,
    source: null,
    channel: null,
  };
}
