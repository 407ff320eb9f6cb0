import { Instant } from "../../db/column-types";
import { Transaction } from "../../db/transaction";
import { DomainError } from "../../errors";
import { FeedPoint } from "../../feed/cursor";
import { findOldestPosition, listChangesAt } from "../../feed/feed.repository";
import { ChangeSlice, FeedService } from "../../feed/feed.service";
import { wantsChange } from "./wants-change";
import { insertDeliveries } from "./webhook-delivery.repository";
import { KnownEndpoint } from "./webhook-endpoint.repository";
import { moveEndpoint } from "./webhook-progress.repository";

/** Entries of the feed gone through in one transaction, and in one step of one. */
const ENTRIES_AT_ONCE = 5_000;
const PAGE = 1_000;

/**
 * Goes through what the feed holds behind the endpoint's place, writes down what it is to be told, and moves the place, in
 * the caller's transaction. Where the feed no longer holds what comes next, that is itself written down, and the endpoint
 * goes on with the oldest entry there is: never a silent gap.
 *
 * @param room how many deliveries may be written down
 * @returns whether there was room for more, and the feed has more
 */
export async function advanceEndpoint(
  tx: Transaction,
  feed: FeedService,
  endpoint: KnownEndpoint,
  room: number,
  now: Instant,
): Promise<boolean> {
  let point: FeedPoint = endpoint;
  let left = room;
  let hasMore = true;
  for (let entries = 0; entries < ENTRIES_AT_ONCE && left > 0 && hasMore; ) {
    const slice = await following(tx, feed, point, Math.min(PAGE, left));
    if (slice === null) {
      point = await skipGap(tx, feed, endpoint.id, now);
      left -= 1;
      continue;
    }
    const wanted = slice.changes.filter((change) => wantsChange(endpoint, change));
    await insertDeliveries(tx, endpoint.id, wanted, now);
    left -= wanted.length;
    entries += slice.changes.length;
    point = slice.end;
    hasMore = slice.hasMore;
  }
  if (point.position !== endpoint.position) await moveEndpoint(tx, endpoint.id, point);
  return hasMore && left > 0;
}

async function following(
  tx: Transaction,
  feed: FeedService,
  point: FeedPoint,
  limit: number,
): Promise<ChangeSlice | null> {
  try {
    return await feed.listFollowing(tx, point, limit);
  } catch (error) {
    if (error instanceof DomainError && error.code === "CURSOR_EXPIRED") return null;
    throw error;
  }
}

/**
 * Answers with the place from which the feed goes on: its oldest entry, which the message about the gap stands for.
 */
async function skipGap(tx: Transaction, feed: FeedService, endpointId: string, now: Instant): Promise<FeedPoint> {
  const oldest = await findOldestPosition(tx);
  const [held] = oldest === null ? [] : await listChangesAt(tx, [oldest]);
  const { position, tag } = held ?? (await feed.newestPoint(tx));
  await insertDeliveries(tx, endpointId, [{ position, tag, kind: "FEED_GAP", profileId: null, relatedIds: [] }], now);
  return { position, tag };
}
