import { LRUCache } from "lru-cache";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { Change } from "./change";
import { decodeCursor, encodeCursor, FeedPoint } from "./cursor";
import { findCursorKey, findEntryTag, findOldestPosition, getNewestPoint, listChangesAfter } from "./feed.repository";

/** How many tenants' cursor keys are kept at hand. A key never changes. */
const CURSOR_KEYS_KEPT = 10_000;

export interface ChangeSlice {
  readonly changes: readonly Change[];
  /** Where the next slice begins: the last entry of this one, or the given point when there was none. */
  readonly end: FeedPoint;
  readonly hasMore: boolean;
}

/**
 * Reading the feed by cursor.
 *
 * Promises: a cursor is accepted only for the tenant it was given to, and only while the very entry it names is still
 * there, so that resuming from it can leave no gap. Trusts the feed's positions to be dense. Answers BAD_CURSOR for what
 * was never a cursor of this tenant, and CURSOR_EXPIRED for one whose entry is gone (retention, or a restore).
 */
export class FeedService {
  private readonly cursorKeys = new LRUCache<string, Buffer>({ max: CURSOR_KEYS_KEPT });

  async newestPoint(tx: Transaction): Promise<FeedPoint> {
    return getNewestPoint(tx);
  }

  async newestCursor(tx: Transaction): Promise<string> {
    const [point, key] = await Promise.all([getNewestPoint(tx), this.cursorKey(tx)]);
    return encodeCursor(point, key);
  }

  async cursorOf(tx: Transaction, point: FeedPoint): Promise<string> {
    return encodeCursor(point, await this.cursorKey(tx));
  }

  /** The point a client's cursor stands for, after making sure that the feed still holds its entry. */
  async pointOf(tx: Transaction, cursor: string): Promise<FeedPoint> {
    const point = decodeCursor(cursor, await this.cursorKey(tx));
    if (point.position === 0) {
      const oldest = await findOldestPosition(tx);
      if (oldest === null || oldest === 1) return point;
    } else if ((await findEntryTag(tx, point.position)) === point.tag) {
      return point;
    }
    throw new DomainError(
      "CURSOR_EXPIRED",
      "The feed no longer holds the entry of this cursor. Read the profile again and resume from its `cursor`.",
    );
  }

  async listAfter(tx: Transaction, point: FeedPoint, limit: number): Promise<ChangeSlice> {
    const found = await listChangesAfter(tx, point.position, limit + 1);
    const changes = found.slice(0, limit);
    return { changes, end: changes.at(-1) ?? point, hasMore: found.length > limit };
  }

  private async cursorKey(tx: Transaction): Promise<Buffer> {
    const known = this.cursorKeys.get(tx.tenantId);
    if (known) return known;
    const key = await findCursorKey(tx);
    if (!key) throw new Error("the tenant has no cursor key");
    this.cursorKeys.set(tx.tenantId, key);
    return key;
  }
}
