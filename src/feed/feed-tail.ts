import { setTimeout as elapsed } from "node:timers/promises";
import { Database } from "../db/database";
import { DedicatedConnection } from "../db/dedicated-connection";
import { Log } from "../log";
import { listPositions } from "./feed.repository";
import { FeedEcho } from "./feed-echo";
import { FEED_CHANNEL, FeedSignal } from "./feed-signal";
import { NatsBus } from "./nats-bus";

/** How often the counter rows of watched tenants are read, whether a signal came or not. */
export const POLL_EVERY_MS = 1_000;
/** How long the connection may leave a poll unanswered before it is taken for lost. */
export const ANSWERED_WITHIN_MS = 10_000;
const RECONNECT_AFTER_MS = 500;

export interface FeedTailOptions {
  /** Where other servers' signals come from when it is not PostgreSQL. */
  readonly bus?: NatsBus;
  readonly pollEveryMs?: number;
  readonly answeredWithinMs?: number;
}

type MovedListener = () => void;

/**
 * Tells the live side of this server which watched tenants' feeds have moved.
 *
 *     commit here ----------> FeedSignal ------------+
 *     commit elsewhere -> NOTIFY -> LISTEN, or NATS --+--> listeners of the tenant, who read the feed
 *     poll of the counter rows ----------------------+
 *
 * Promises: after a commit every listener is called within the poll's interval, whatever is lost on the way; a signal
 * only makes it sooner. One connection of its own listens and polls, so that nothing else can hold it up; the poll is its
 * heartbeat, and where it is not answered in time, as when the network swallows it, another connection takes its place,
 * and the pool's connections are abandoned with it.
 * Trusts nothing in a notification but the tenant's name.
 * On failure: it is logged once, tried again until it works, and nothing is lost, because listeners read from their own
 * last position and all of them are called when the connection is back.
 */
export class FeedTail {
  private readonly listeners = new Map<string, Set<MovedListener>>();
  private readonly positions = new Map<string, number>();
  private readonly stopping = new AbortController();
  private readonly echo: FeedEcho;
  private running: Promise<void> = Promise.resolve();
  private forgetLocal: (() => void) | undefined;
  private lost = false;

  constructor(
    private readonly database: Database,
    private readonly signal: FeedSignal,
    private readonly log: Log,
    private readonly options: FeedTailOptions = {},
  ) {
    this.echo = new FeedEcho(database, FEED_CHANNEL, log);
  }

  start(): void {
    this.forgetLocal = this.signal.onLocalMove((tenantId) => this.moved(tenantId));
    this.options.bus?.listen({
      channel: FEED_CHANNEL,
      heard: (payload) => this.hear(payload),
      joined: () => this.movedAll(),
    });
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.forgetLocal?.();
    this.stopping.abort();
    await this.running;
  }

  /** Calls the listener whenever the tenant's feed may have moved, until the returned function is called. */
  watch(tenantId: string, listener: MovedListener): () => void {
    const listeners = this.listeners.get(tenantId) ?? new Set();
    this.listeners.set(tenantId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.listeners.get(tenantId) !== listeners) return;
      this.listeners.delete(tenantId);
      this.positions.delete(tenantId);
    };
  }

  private moved(tenantId: string): void {
    for (const listener of this.listeners.get(tenantId) ?? []) listener();
  }

  private movedAll(): void {
    for (const tenantId of this.listeners.keys()) this.moved(tenantId);
  }

  private hear(payload: string): void {
    if (this.echo.hear(payload)) return;
    for (const tenantId of payload.split(",")) this.moved(tenantId);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.follow();
      } catch (error) {
        if (!this.lost && !this.stopping.signal.aborted) {
          this.log.warn({ err: error }, "the connection that follows the feed was lost; trying again until it is back");
        }
        this.lost = true;
      }
      await pause(RECONNECT_AFTER_MS, this.stopping.signal);
    }
  }

  /** Listens and polls on one connection until it is lost. */
  private async follow(): Promise<void> {
    const connection = await this.database.dedicate({
      withinMs: this.options.answeredWithinMs ?? ANSWERED_WITHIN_MS,
      // What is swallowed here is swallowed on the other connections as well, where nobody counts the seconds.
      onSilence: () => this.database.abandonConnections(),
      onNotification: (payload) => this.hear(payload),
      until: this.stopping.signal,
    });
    try {
      if (this.options.bus === undefined) {
        await connection.listen(FEED_CHANNEL);
        this.echo.ask();
      }
      if (this.lost) this.log.info("the connection that follows the feed is back");
      this.lost = false;
      // What was signalled while nobody listened is not repeated.
      this.movedAll();
      while (!this.stopping.signal.aborted) {
        await pause(this.options.pollEveryMs ?? POLL_EVERY_MS, connection.ended);
        await this.poll(connection);
        this.echo.polled();
      }
    } finally {
      connection.close();
    }
  }

  private async poll(connection: DedicatedConnection): Promise<void> {
    const rows = await connection.across((tx) => listPositions(tx, [...this.listeners.keys()]));
    for (const { tenantId, position } of rows) {
      if (this.positions.get(tenantId) === position) continue;
      this.positions.set(tenantId, position);
      this.moved(tenantId);
    }
  }
}

async function pause(milliseconds: number, cut: AbortSignal): Promise<void> {
  await elapsed(milliseconds, undefined, { signal: cut }).catch(() => undefined);
}
