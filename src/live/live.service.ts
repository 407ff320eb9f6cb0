import { isUuid } from "../access/uuid";
import { allDone } from "../db/all-done";
import { Database } from "../db/database";
import { SharedSnapshots } from "../db/shared-snapshots";
import { Transaction } from "../db/transaction";
import { DomainError } from "../errors";
import { FeedPoint } from "../feed/cursor";
import { FeedService } from "../feed/feed.service";
import { FeedFilter } from "../feed/feed-filter";
import { FeedTail } from "../feed/feed-tail";
import { LONGEST_CHANGES_PAGE, pageSize } from "../graphql/page-size";
import { Log } from "../log";
import { ChangePage } from "./change.type";
import { presentChange } from "./present-change";
import { TenantStream } from "./tenant-stream";
import { Backfill, Watch, WatchSource } from "./watch";
import { listRecordChanges, recordExists } from "./watched.repository";

/** How many changes a page of the feed holds when nothing is said. */
export const DEFAULT_CHANGES_PAGE = 100;

/** Entries of the past read at once. */
const BACKFILL_PAGE = 500;

interface Running {
  readonly stream: TenantStream;
  readonly forget: () => void;
}

/**
 * Watching a tenant's feed, or one customer in it.
 *
 * Promises: a watch is a gap-free continuation of its cursor: every change that concerns it, once, in the order of the
 * commits, whichever server they were made on; a watched id is followed through merges and splits; what one subscriber
 * leaves lying is bounded. Trusts the feed's order and density; a signal that the feed moved is only a hint.
 * On failure: each stream ends by itself with a code that says how to go on (see Watch and TenantStream).
 */
export class LiveService {
  private readonly running = new Map<string, Running>();
  private readonly snapshots: SharedSnapshots;
  private readonly ends = new WeakMap<Transaction, Promise<FeedPoint>>();

  constructor(
    private readonly database: Database,
    private readonly feed: FeedService,
    private readonly tail: FeedTail,
    private readonly log: Log,
  ) {
    this.snapshots = new SharedSnapshots(database);
  }

  /**
   * What happens to the customer behind any id they ever had, after the cursor or from now on.
   *
   * @throws DomainError NOT_FOUND, BAD_CURSOR, CURSOR_EXPIRED
   */
  async watchProfile(tenantId: string, profileId: string, after: string | null): Promise<Watch> {
    const recordId = profileId.toLowerCase();
    return this.open(tenantId, recordId, after, async (tx) => {
      if (!isUuid(recordId) || !(await recordExists(tx, recordId))) {
        throw new DomainError("NOT_FOUND", "There is no such profile.");
      }
    });
  }

  /** All that happens in the tenant. @throws DomainError BAD_CURSOR, CURSOR_EXPIRED */
  async watchTenant(tenantId: string, after: string | null, filter: FeedFilter | null = null): Promise<Watch> {
    return this.open(tenantId, null, after, async () => undefined, filter);
  }

  /** One page of the feed, from its beginning or after a cursor. @throws DomainError BAD_CURSOR, CURSOR_EXPIRED, BAD_USER_INPUT */
  async listChanges(
    tenantId: string,
    after: string | null,
    first: number | null,
    filter: FeedFilter | null = null,
  ): Promise<ChangePage> {
    const size = pageSize(first, DEFAULT_CHANGES_PAGE, LONGEST_CHANGES_PAGE);
    return this.database.read(tenantId, async (tx) => {
      const cursorOf = await this.feed.cursorWriter(tx);
      const { changes, end, hasMore } =
        after === null
          ? await this.feed.listAfter(tx, await this.feed.beginning(tx), size, filter)
          : await this.feed.listFollowing(tx, await this.feed.pointOf(tx, after), size, filter);
      return { changes: changes.map((entry) => presentChange(entry, cursorOf)), cursor: cursorOf(end), hasMore };
    });
  }

  /** Where the feed ends at this moment. */
  newestCursor(tenantId: string): Promise<string> {
    return this.database.read(tenantId, (tx) => this.feed.newestCursor(tx));
  }

  /** Ends all streams. */
  close(): void {
    for (const { stream, forget } of this.running.values()) {
      forget();
      stream.close();
    }
    this.running.clear();
  }

  private async open(
    tenantId: string,
    recordId: string | null,
    after: string | null,
    check: (tx: Transaction) => Promise<void>,
    filter: FeedFilter | null = null,
  ): Promise<Watch> {
    return this.snapshots.run(tenantId, async (tx) => {
      const start = after === null ? await this.feed.newestPoint(tx) : await this.feed.pointOf(tx, after);
      const [cursor, first] = await allDone([
        this.feed.cursorOf(tx, start),
        after === null ? null : this.page(tx, recordId, filter, start),
        check(tx),
      ]);
      return new Watch(recordId, start, cursor, this.sourceOf(tenantId), filter, first);
    });
  }

  private sourceOf(tenantId: string): WatchSource {
    return {
      backfill: (watch, point) => this.backfill(tenantId, watch, point),
      join: (watch) => this.streamOf(tenantId).join(watch),
      leave: (watch) => this.leave(tenantId, watch),
    };
  }

  private backfill(tenantId: string, { recordId, filter }: Watch, after: FeedPoint): Promise<Backfill> {
    return this.snapshots.run(tenantId, async (tx) => {
      const [page] = await allDone([
        this.page(tx, recordId, filter, after),
        recordId === null ? undefined : this.feed.requireHeld(tx, after),
      ]);
      return page;
    });
  }

  /** A page of what lies behind a point that is known to be held, or of a whole feed is found to be. */
  private async page(
    tx: Transaction,
    recordId: string | null,
    filter: FeedFilter | null,
    after: FeedPoint,
  ): Promise<Backfill> {
    const cursorOf = await this.feed.cursorWriter(tx);
    const { entries, ...reached } =
      recordId === null ? await this.readTenant(tx, after, filter) : await this.readRecord(tx, recordId, after);
    return { ...reached, changes: entries.map((entry) => presentChange(entry, cursorOf)) };
  }

  private async readTenant(tx: Transaction, after: FeedPoint, filter: FeedFilter | null) {
    const { changes, end, hasMore } = await this.feed.listFollowing(tx, after, BACKFILL_PAGE, filter);
    return { entries: changes, through: end, hasMore };
  }

  /** In one snapshot, so that a page that is not full has reached the feed's end. */
  private async readRecord(tx: Transaction, recordId: string, after: FeedPoint) {
    const [newest, entries] = await allDone([
      this.endFor(tx),
      listRecordChanges(tx, recordId, after.position, BACKFILL_PAGE),
    ]);
    const next = entries.at(BACKFILL_PAGE - 1);
    if (next === undefined) return { entries, through: newest, hasMore: false };
    return { entries, through: { position: next.position, tag: next.tag }, hasMore: true };
  }

  /** The end of the feed in a snapshot, once those who share it may be told of it. */
  private endFor(tx: Transaction): Promise<FeedPoint> {
    let end = this.ends.get(tx);
    if (end === undefined) {
      end = allDone([this.feed.newestPoint(tx), this.feed.confirmReaders(tx)]).then(([newest]) => newest);
      this.ends.set(tx, end);
    }
    return end;
  }

  private streamOf(tenantId: string): TenantStream {
    const known = this.running.get(tenantId);
    if (known !== undefined) return known.stream;
    const stream = new TenantStream(tenantId, this.database, this.feed, this.log);
    const forget = this.tail.watch(tenantId, () => stream.wake());
    this.running.set(tenantId, { stream, forget });
    return stream;
  }

  private leave(tenantId: string, watch: Watch): void {
    const running = this.running.get(tenantId);
    if (running === undefined) return;
    running.stream.leave(watch);
    if (!running.stream.isEmpty) return;
    running.forget();
    running.stream.close();
    this.running.delete(tenantId);
  }
}
