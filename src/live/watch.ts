import { DomainError } from "../errors";
import { FeedPoint } from "../feed/cursor";
import { FeedFilter } from "../feed/feed-filter";
import { BoundedBuffer } from "./bounded-buffer";
import { Change } from "./change.type";

/** What was read of the past: the changes behind a point, and the point up to which there are no others. */
export interface Backfill {
  readonly changes: readonly Change[];
  readonly through: FeedPoint;
  /** Whether more was there already when it was read. */
  readonly hasMore: boolean;
}

export interface WatchSource {
  backfill(watch: Watch, after: FeedPoint): Promise<Backfill>;
  /** From the position answered with, every change that concerns the watch is pushed to it. */
  join(watch: Watch): Promise<number>;
  leave(watch: Watch): void;
}

/**
 * One subscriber's way through the feed.
 *
 *     backfill: pages from the database, as they are taken
 *        |  a page reaches the end: join the tenant's stream, which pushes from its position j on
 *     cutover: pages until the past reaches j; what was pushed of it as well is dropped
 *        |
 *     stream: what is pushed, out of a bounded buffer
 *
 * Promises every change once, in order. On failure: the stream ends with the error. One that takes too slowly ends with
 * CONSUMER_TOO_SLOW, and the cursor of the last change taken, from which it goes on without a gap.
 */
export class Watch implements AsyncIterableIterator<Change> {
  private backlog: Change[] = [];
  private readonly buffer = new BoundedBuffer();
  private joinedAt: number | undefined;
  private caughtUp = false;
  private state: "OPEN" | "FAILED" | "ENDED" = "OPEN";
  private failure: unknown;
  private wake: (() => void) | undefined;

  /**
   * @param recordId whom is watched; null for the whole tenant
   * @param through the point after which the first change is wanted
   * @param lastCursor the cursor of the last change taken; at first that of `through`
   * @param filter which changes are wanted; null: all
   */
  constructor(
    readonly recordId: string | null,
    private through: FeedPoint,
    private lastCursor: string,
    private readonly source: WatchSource,
    readonly filter: FeedFilter | null = null,
  ) {}

  /** The next change, as soon as there is one. To be asked for again only after it was answered. */
  async next(): Promise<IteratorResult<Change>> {
    for (;;) {
      const change = this.take();
      if (change !== undefined) {
        this.lastCursor = change.cursor;
        return { done: false, value: change };
      }
      if (this.state === "ENDED") return { done: true, value: undefined };
      if (this.state === "FAILED") {
        this.state = "ENDED";
        throw this.failure;
      }
      if (this.caughtUp) await this.arrival();
      else await this.readOn().catch((error: unknown) => this.fail(error));
    }
  }

  async return(): Promise<IteratorResult<Change>> {
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Takes a change from the tenant's stream. */
  push(change: Change): void {
    if (this.state !== "OPEN" || (this.caughtUp && change.position <= this.through.position)) return;
    if (this.buffer.add(change)) this.awaken();
    else this.fail(tooSlow(this.lastCursor));
  }

  /** Ends the stream with an error; what was not taken yet is dropped. */
  fail(error: unknown): void {
    if (this.state !== "OPEN") return;
    this.failure = error;
    this.close("FAILED");
  }

  end(): void {
    if (this.state !== "ENDED") this.close("ENDED");
  }

  private take(): Change | undefined {
    return this.backlog.shift() ?? (this.caughtUp ? this.buffer.take() : undefined);
  }

  private async readOn(): Promise<void> {
    const { changes, through, hasMore } = await this.source.backfill(this, this.through);
    if (this.state !== "OPEN") return;
    this.backlog.push(...changes);
    this.through = through;
    if (hasMore) return;
    this.joinedAt ??= await this.source.join(this);
    if (through.position < this.joinedAt) return;
    this.buffer.dropThrough(through.position);
    this.caughtUp = true;
  }

  private arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private awaken(): void {
    this.wake?.();
    this.wake = undefined;
  }

  private close(state: "FAILED" | "ENDED"): void {
    this.state = state;
    this.backlog = [];
    this.buffer.clear();
    this.source.leave(this);
    this.awaken();
  }
}

function tooSlow(cursor: string): DomainError {
  return new DomainError(
    "CONSUMER_TOO_SLOW",
    "Changes were taken more slowly than they came. Subscribe again with the cursor in the details: nothing is lost.",
    { cursor },
  );
}
