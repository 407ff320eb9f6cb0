import { LRUCache } from "lru-cache";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { Change } from "./change";
import { decodeCursor, encodeCursor, FeedPoint } from "./cursor";
import {
  findCursorKey,
  findEntryTag,
  findOldestPosition,
  getNewestPoint,
  listChangesAfter,
  listChangesFrom,
} from "./feed.repository";

/** How many tenants' cursor keys are kept at hand. A key never changes. */
const CURSOR_KEYS_KEPT = 10_000;

/** Where a feed begins: the point before its first entry. */
export const BEGINNING: FeedPoint = { position: 0, tag: 0 };

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

  /** Writes cursors of the tenant for as long as it is kept. */
  async cursorWriter(tx: Transaction): Promise<(point: FeedPoint) => string> {
    const key = await this.cursorKey(tx);
    return (point) => encodeCursor(point, key);
  }

  /** The point a client's cursor stands for, after making sure that the feed still holds its entry. */
  async pointOf(tx: Transaction, cursor: string): Promise<FeedPoint> {
    const point = decodeCursor(cursor, await this.cursorKey(tx));
    await this.requireHeld(tx, point);
    return point;
  }

  /** The positions that cursors of the tenant name, whether or not the feed still holds them. @throws DomainError BAD_CURSOR */
  async positionsOf(tx: Transaction, cursors: readonly string[]): Promise<number[]> {
    const key = await this.cursorKey(tx);
    return cursors.map((cursor) => decodeCursor(cursor, key).position);
  }

  /** @throws DomainError CURSOR_EXPIRED unless the feed still holds the point's entry, and so everything behind it */
  async requireHeld(tx: Transaction, { position, tag }: FeedPoint): Promise<void> {
    if (position === 0) {
      const oldest = await findOldestPosition(tx);
      if (oldest !== null && oldest > 1) throw expired();
    } else if ((await findEntryTag(tx, position)) !== tag) {
      throw expired();
    }
  }

  /** What lies behind a point, wherever the feed begins by now. For readers that name no cursor. */
  async listAfter(tx: Transaction, point: FeedPoint, limit: number): Promise<ChangeSlice> {
    return sliceOf(point, await listChangesAfter(tx, point.position, limit + 1), limit);
  }

  /**
   * What follows a point without a gap.
   *
   * @throws DomainError CURSOR_EXPIRED when that cannot be known, since the feed no longer holds the point's entry
   */
  async listFollowing(tx: Transaction, point: FeedPoint, limit: number): Promise<ChangeSlice> {
    const found = await listChangesFrom(tx, point.position, limit + 2);
    const [first] = found;
    if (first === undefined || first.position !== point.position || first.tag !== point.tag) {
      if (point.position > 0 || (first !== undefined && first.position > 1)) throw expired();
    } else {
      found.shift();
    }
    return sliceOf(point, found, limit);
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

function sliceOf(point: FeedPoint, found: readonly Change[], limit: number): ChangeSlice {
  const changes = found.slice(0, limit);
  const last = changes.at(-1);
  const end = last === undefined ? point : { position: last.position, tag: last.tag };
  return { changes, end, hasMore: found.length > limit };
}

function expired(): DomainError {
  return new DomainError(
    "CURSOR_EXPIRED",
    "The feed no longer holds the entry of this cursor. Read the profile again and resume from its `cursor`.",
  );
}
