import { LRUCache } from "lru-cache";
import { allDone } from "../db/all-done";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { Change } from "./change";
import { decodeCursor, encodeCursor, FeedPoint } from "./cursor";
import { findCursorKey, findEntryTag, getNewestPoint, listChangesFrom, listWantedFrom } from "./feed.repository";
import { findFeedEdge } from "./feed-edge.repository";
import { FeedFilter, isWanted } from "./feed-filter";

/** How many tenants' cursor keys are kept at hand. A key never changes. */
const CURSOR_KEYS_KEPT = 10_000;

/** Entries walked at most for one slice of those that are wanted. */
const WALKED = 5_000;

export interface ChangeSlice {
  readonly changes: readonly Change[];
  /** Where the next slice begins: the last entry that was looked at, or the given point when there was none. */
  readonly end: FeedPoint;
  readonly hasMore: boolean;
}

/** Who is told what the feed says. Confirming ends those who may not be told any more. */
export interface FeedReaders {
  confirm(tx: Transaction): Promise<void>;
}

const EVERYONE: FeedReaders = { confirm: async () => undefined };

/**
 * Reading the feed by cursor.
 *
 * Promises: a cursor is accepted only for the tenant it was given to, and only while the very entry it names is still
 * there, so that resuming from it can leave no gap. Trusts the feed's positions to be dense. Answers BAD_CURSOR for what
 * was never a cursor of this tenant, and CURSOR_EXPIRED for one whose entry is gone (retention, or a restore).
 */
export class FeedService {
  private readonly cursorKeys = new LRUCache<string, Buffer>({ max: CURSOR_KEYS_KEPT });

  constructor(private readonly readers: FeedReaders = EVERYONE) {}

  /** To be sent behind what was read for those who watch, and awaited before they are told. */
  confirmReaders(tx: Transaction): Promise<void> {
    return this.readers.confirm(tx);
  }

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

  /** @throws DomainError CURSOR_EXPIRED unless the feed still holds everything behind the point */
  async requireHeld(tx: Transaction, point: FeedPoint): Promise<void> {
    if (point.position > 0 && (await findEntryTag(tx, point.position)) === point.tag) return;
    await this.requireEdge(tx, point);
  }

  /** The point behind which the feed holds everything there is: that of the last entry which retention took away. */
  beginning(tx: Transaction): Promise<FeedPoint> {
    return findFeedEdge(tx);
  }

  /** What lies behind a point, wherever the feed begins by now. For readers that name no cursor. */
  async listAfter(
    tx: Transaction,
    point: FeedPoint,
    limit: number,
    filter: FeedFilter | null = null,
  ): Promise<ChangeSlice> {
    return (await this.read(tx, point, limit, filter)).slice;
  }

  /**
   * What follows a point without a gap. With a filter a slice may hold less than `limit`, or nothing, and yet not be the
   * last one: a bounded stretch of the feed is walked for it, and it ends where that does.
   *
   * @throws DomainError CURSOR_EXPIRED when that cannot be known, since the feed no longer holds the point's entry
   */
  async listFollowing(
    tx: Transaction,
    point: FeedPoint,
    limit: number,
    filter: FeedFilter | null = null,
  ): Promise<ChangeSlice> {
    const { slice, isHeld } = await this.read(tx, point, limit, filter);
    if (!isHeld) await this.requireEdge(tx, point);
    return slice;
  }

  private async read(tx: Transaction, point: FeedPoint, limit: number, filter: FeedFilter | null) {
    const [found, newest] = await allDone([
      filter === null
        ? listChangesFrom(tx, point.position, limit + 2)
        : listWantedFrom(tx, point.position, Math.max(limit, WALKED) + 1, filter, limit + 3),
      filter === null ? null : getNewestPoint(tx),
      this.confirmReaders(tx),
    ]);
    const [first] = found;
    const isHeld = point.position > 0 && first?.position === point.position && first.tag === point.tag;
    if (first?.position === point.position) found.shift();
    return {
      isHeld,
      slice: newest === null ? sliceOf(point, found, limit) : walkedSlice(point, found, limit, filter, newest),
    };
  }

  /** Of an entry that was taken away only the last one is a place to go on from. */
  private async requireEdge(tx: Transaction, { position, tag }: FeedPoint): Promise<void> {
    const edge = await findFeedEdge(tx);
    if (edge.position !== position || (position > 0 && edge.tag !== tag)) throw expired();
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

/** What was walked ends with its last entry, wanted or not, unless more is wanted of it than the slice may hold. */
function walkedSlice(
  point: FeedPoint,
  found: readonly Change[],
  limit: number,
  filter: FeedFilter | null,
  newest: FeedPoint,
): ChangeSlice {
  const changes = found.filter((change) => isWanted(filter, change));
  if (changes.length > limit) return sliceOf(point, changes, limit);
  const last = found.at(-1) ?? point;
  return { changes, end: { position: last.position, tag: last.tag }, hasMore: last.position < newest.position };
}

function expired(): DomainError {
  return new DomainError(
    "CURSOR_EXPIRED",
    "The feed no longer holds the entry of this cursor. Read the profile again and resume from its `cursor`; of the whole feed, export again and resume from the cursor of the export.",
  );
}
