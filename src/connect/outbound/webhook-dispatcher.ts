import { Database } from "../../db/database";
import { FeedTail } from "../../feed/feed-tail";
import { Log } from "../../log";
import { sweepEndpoints } from "./webhook-progress.repository";
import { TakenJob, WebhookQueue } from "./webhook-queue";
import { WebhookRound } from "./webhook-round";

/** How often, in milliseconds, all endpoints are looked through, whatever was signalled. */
const SWEPT_EVERY_MS = 1_000;
/** Signals that come this close together, in milliseconds, are one. */
const GATHERED_MS = 50;
/** Endpoints that one server serves at the same time. One that is slow or dead keeps its own place alone. */
const SERVED_AT_ONCE = 64;

export interface DispatcherParts {
  readonly database: Database;
  readonly tail: FeedTail;
  readonly queue: WebhookQueue;
  readonly round: WebhookRound;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Finds the endpoints that have something to do, and serves those that the queue gives to this server.
 *
 *   a feed moved, or a second went by -> sweep: which endpoints are due? -> queue -> take as many as there is room for
 *     -> a round for each (WebhookRound), beside each other -> finished: sweep again
 *
 * Promises: an endpoint that is due is served within about a second while any server lives and has room; no endpoint waits
 * for another one's answers. Only tenants with endpoints are followed. Trusts nothing but the sweep: signals and jobs are
 * hints. When the database fails it is logged, and tried again a second later.
 */
export class WebhookDispatcher {
  private readonly followed = new Map<string, () => void>();
  private readonly serving = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private woken = false;
  private stopped = false;

  constructor(private readonly parts: DispatcherParts) {}

  async start(): Promise<void> {
    await this.parts.queue.start();
    this.wake();
  }

  /** Messages under way are waited for; nothing new is sent. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    clearTimeout(this.timer);
    for (const forget of this.followed.values()) forget();
    await this.sweeping;
    await Promise.all(this.serving.values());
    await this.parts.queue.stop();
  }

  /** To be called when there may be something to do. */
  wake(): void {
    if (this.stopped) return;
    this.woken = true;
    this.schedule(GATHERED_MS);
  }

  private schedule(milliseconds: number): void {
    if (this.sweeping !== undefined || this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().finally(() => {
        this.sweeping = undefined;
        this.schedule(this.woken ? GATHERED_MS : SWEPT_EVERY_MS);
      });
    }, milliseconds);
  }

  private async sweep(): Promise<void> {
    this.woken = false;
    const { database, queue, log } = this.parts;
    try {
      const now = new Date(this.parts.now()).toISOString();
      const endpoints = await database.across((tx) => sweepEndpoints(tx, now));
      this.follow(new Set(endpoints.map(({ tenantId }) => tenantId)));
      await queue.add(endpoints.filter(({ isDue }) => isDue === true));
      const room = SERVED_AT_ONCE - this.serving.size;
      if (room > 0 && endpoints.length > 0) for (const job of await queue.take(room)) this.serve(job);
    } catch (error) {
      log.warn({ err: error }, "the webhook endpoints could not be looked through; trying again");
    }
  }

  private serve(job: TakenJob): void {
    const { round, queue, log } = this.parts;
    const serving = round
      .run(job.tenantId, job.endpointId, () => this.stopped)
      .then(() => queue.finish(job))
      .catch((error: unknown) => {
        log.warn({ err: error, endpointId: job.endpointId }, "an endpoint could not be served; trying again");
      })
      .finally(() => {
        this.serving.delete(job.id);
        this.wake();
      });
    this.serving.set(job.id, serving);
  }

  private follow(tenantIds: ReadonlySet<string>): void {
    for (const [tenantId, forget] of this.followed) {
      if (tenantIds.has(tenantId)) continue;
      forget();
      this.followed.delete(tenantId);
    }
    for (const tenantId of tenantIds) {
      if (!this.followed.has(tenantId))
        this.followed.set(
          tenantId,
          this.parts.tail.watch(tenantId, () => this.wake()),
        );
    }
  }
}
