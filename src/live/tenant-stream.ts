import { Database } from "../db/database";
import { DomainError } from "../errors";
import { FeedPoint } from "../feed/cursor";
import { ChangeSlice, FeedService } from "../feed/feed.service";
import { Log } from "../log";
import { Audience } from "./audience";
import { presentChange } from "./present-change";
import { Watch } from "./watch";
import { listMemberships } from "./watched.repository";

/** Entries read at once. */
const PAGE = 500;
/** How soon a read that failed is tried again; nothing else may ever wake the stream of a tenant that fell silent. */
const RETRY_MS = 500;

interface Joining {
  readonly watch: Watch;
  readonly joined: (position: number) => void;
}

/**
 * A tenant's feed as it is pushed to this server's subscribers: read once for all of them.
 *
 *     woken -> let in who joins -> read what follows -> note anew who is moved by it -> tell -> more? once again
 *
 * Promises: from the position `join` answers with, every entry is pushed to everyone it concerns, in order, once. What
 * decides whom an entry concerns is read after the entry, and so is final at its position.
 * Trusts the feed to be dense, and checks that what it reads continues what it read before: where it does not (after a
 * restore from a backup), all subscribers end with CURSOR_EXPIRED.
 * When the database fails, the same step is tried again until it works; nobody is told, and nothing is lost.
 */
export class TenantStream {
  private readonly audience = new Audience();
  private readonly joining = new Map<Watch, Joining>();
  private point: FeedPoint | undefined;
  private cursorOf: ((point: FeedPoint) => string) | undefined;
  private running = false;
  private woken = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly tenantId: string,
    private readonly database: Database,
    private readonly feed: FeedService,
    private readonly log: Log,
  ) {}

  get isEmpty(): boolean {
    return this.audience.isEmpty && this.joining.size === 0;
  }

  join(watch: Watch): Promise<number> {
    return new Promise((joined) => {
      this.joining.set(watch, { watch, joined });
      this.wake();
    });
  }

  leave(watch: Watch): void {
    this.audience.remove(watch);
    this.joining.get(watch)?.joined(0);
    this.joining.delete(watch);
  }

  /** To be called when the feed may have moved. However often it is called during a read, one more read follows. */
  wake(): void {
    this.woken = true;
    if (!this.running && !this.closed) void this.run();
  }

  /** Ends everyone's stream. */
  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    for (const watch of [...this.audience.watches(), ...this.joining.keys()]) watch.end();
  }

  private async run(): Promise<void> {
    this.running = true;
    clearTimeout(this.retry);
    try {
      while (this.woken && !this.closed) {
        this.woken = false;
        if (this.joining.size > 0) await this.admit();
        if (this.point !== undefined) await this.advance(this.point);
      }
    } catch (error) {
      this.recover(error);
    } finally {
      this.running = false;
    }
  }

  /** Lets in all who wait to join, at the position of the stream. */
  private async admit(): Promise<void> {
    const joining = [...this.joining.values()];
    const recordIds = new Set(joining.flatMap(({ watch: { recordId } }) => recordId ?? []));
    const { point, cursorOf, memberships } = await this.database.read(this.tenantId, async (tx) => {
      const start = this.point ?? (await this.feed.newestPoint(tx));
      return {
        point: start,
        cursorOf: await this.feed.cursorWriter(tx),
        memberships: await listMemberships(tx, [...recordIds], start.position),
      };
    });
    this.point = point;
    this.cursorOf = cursorOf;
    for (const { watch, joined } of joining) {
      // Who has left in the meantime is not waiting any more.
      if (!this.joining.delete(watch)) continue;
      const { recordId } = watch;
      if (recordId !== null) this.audience.follow(recordId, memberships.get(recordId)!);
      this.audience.add(watch);
      joined(point.position);
    }
  }

  private async advance(point: FeedPoint): Promise<void> {
    const { slice, memberships } = await this.database.read(this.tenantId, async (tx) => {
      const following = await this.feed.listFollowing(tx, point, PAGE);
      const moved = this.audience.movedBy(following.changes);
      return {
        slice: following,
        memberships: moved.length === 0 ? [] : await listMemberships(tx, moved, point.position),
      };
    });
    for (const [recordId, current] of memberships) {
      if (this.audience.follows(recordId)) this.audience.follow(recordId, current);
    }
    this.tell(slice);
    this.point = slice.end;
    if (slice.hasMore) this.woken = true;
  }

  private tell({ changes }: ChangeSlice): void {
    for (const change of changes) this.audience.tell(change, () => presentChange(change, this.cursorOf!));
  }

  private recover(error: unknown): void {
    if (error instanceof DomainError) {
      this.log.warn({ tenantId: this.tenantId, code: error.code }, "the feed does not continue what was read of it");
      this.point = undefined;
      for (const watch of this.audience.watches()) watch.fail(error);
    } else {
      this.log.warn({ tenantId: this.tenantId, err: error }, "the feed could not be read; trying again");
    }
    if (!this.closed) this.retry = setTimeout(() => this.wake(), RETRY_MS);
  }
}
