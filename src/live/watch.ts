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

const NOTHING: readonly Change[] = [];

export interface WatchSource {
  backfill(watch: Watch, after: FeedPoint): Promise<Backfill>;
  /** From the position answered with, every change that concerns the watch is pushed to it. */
  join(watch: Watch): Promise<number>;
  leave(watch: Watch): void;
}

/**
 * One subscriber's way through the feed.
 *
 *     backfill: pages from the database, the first read when it is opened, the others as they are delivered
 *        |  a page reaches the end: join the tenant's stream, which pushes from its position j on
 *     cutover: pages until the past reaches j; what was pushed of it as well is dropped
 *        |
 *     stream: what is pushed, out of a bounded buffer
 *
 * Promises every change once, in order. On failure: the stream ends with the error. One that takes too slowly ends with
 * CONSUMER_TOO_SLOW, and the cursor of the last change delivered, from which it goes on without a gap.
 */
export class Watch implements AsyncIterableIterator<Change> {
  private backlog: readonly Change[] = NOTHING;
  private readonly buffer = new BoundedBuffer();
  private joinedAt: number | undefined;
  private caughtUp = false;
  private state: "OPEN" | "FAILED" | "ENDED" = "OPEN";
  private failure: unknown;
  private wake: (() => void) | undefined;
  private over: (() => void) | undefined;

  /**
   * @param recordId whom is watched; null for the whole tenant
   * @param through the point after which the first change is wanted
   * @param lastCursor the cursor of the last change delivered; at first that of `through`
   * @param filter which changes are wanted; null: all
   * @param first the first page of the past, where it was read already
   */
  constructor(
    readonly recordId: string | null,
    private through: FeedPoint,
    private lastCursor: string,
    private readonly source: WatchSource,
    readonly filter: FeedFilter | null = null,
    private first: Backfill | null = null,
  ) {}

  /**
   * The changes that are there, oldest first, up to so many; waits for one. None once the stream has ended. They stay
   * until they are `delivered`, and come again if they are not. To be asked again only after it has answered.
   */
  async peek(most: number): Promise<readonly Change[]> {
    for (;;) {
      if (this.backlog.length > 0) return this.backlog.slice(0, most);
      if (this.caughtUp && this.buffer.length > 0) return this.buffer.peek(most);
      if (this.state === "ENDED") return NOTHING;
      if (this.state === "FAILED") {
        this.state = "ENDED";
        throw this.failure;
      }
      if (this.caughtUp) await this.arrival();
      else await this.readOn().catch((error: unknown) => this.fail(error));
    }
  }

  /** Whether what was peeked at may still be delivered. */
  get isOpen(): boolean {
    return this.state === "OPEN";
  }

  /** Lets go of the oldest changes, up to and including this one. Once the stream has ended, of nothing. */
  delivered(changes: readonly Change[]): void {
    const last = changes.at(-1);
    if (last === undefined || this.state !== "OPEN") return;
    this.lastCursor = last.cursor;
    if (this.backlog.length > 0) this.backlog = this.backlog.slice(changes.length);
    else this.buffer.drop(changes.length);
  }

  /** Calls the listener when the stream is over, for one who waits for something else than its next change. */
  onOver(listener: () => void): void {
    this.over = listener;
  }

  async next(): Promise<IteratorResult<Change>> {
    const changes = await this.peek(1);
    const [change] = changes;
    if (change === undefined) return { done: true, value: undefined };
    this.delivered(changes);
    return { done: false, value: change };
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

  /** Ends the stream with an error; what was not delivered yet is dropped. */
  fail(error: unknown): void {
    if (this.state !== "OPEN") return;
    this.failure = error;
    this.close("FAILED");
  }

  end(): void {
    if (this.state !== "ENDED") this.close("ENDED");
  }

  private async readOn(): Promise<void> {
    const { changes, through, hasMore } = this.first ?? (await this.source.backfill(this, this.through));
    this.first = null;
    if (this.state !== "OPEN") return;
    this.backlog = changes;
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
    this.backlog = NOTHING;
    this.first = null;
    this.buffer.clear();
    this.source.leave(this);
    this.awaken();
    this.over?.();
  }
}

function tooSlow(cursor: string): DomainError {
  return new DomainError(
    "CONSUMER_TOO_SLOW",
    "Changes were taken more slowly than they came. Subscribe again with the cursor in the details: nothing is lost.",
    { cursor },
  );
}
