import { Client } from "pg";
import { Database } from "../db/database";
import { Log } from "../log";
import { listPositions } from "./feed.repository";
import { FEED_CHANNEL, FeedSignal } from "./feed-signal";

/** How often the counter rows of watched tenants are read, whether a signal came or not. */
const POLL_EVERY_MS = 1_000;
const RECONNECT_AFTER_MS = 500;

type MovedListener = () => void;

/**
 * Tells the live side of this server which watched tenants' feeds have moved.
 *
 *     commit here ----------> FeedSignal ----+
 *     commit elsewhere -> NOTIFY -> LISTEN --+--> listeners of the tenant, who read the feed
 *     poll of the counter rows --------------+
 *
 * Promises: after a commit every listener is called within the poll's interval, whatever is lost on the way; a signal
 * only makes it sooner. Trusts nothing in a notification but the tenant's name. When the listening connection or the
 * poll fails, it is logged, tried again, and nothing is lost, because listeners read from their own last position.
 */
export class FeedTail {
  private readonly listeners = new Map<string, Set<MovedListener>>();
  private readonly positions = new Map<string, number>();
  private client: Client | undefined;
  private poll: NodeJS.Timeout | undefined;
  private reconnect: NodeJS.Timeout | undefined;
  private forgetLocal: (() => void) | undefined;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly signal: FeedSignal,
    private readonly log: Log,
  ) {}

  start(): void {
    this.forgetLocal = this.signal.onLocalMove((tenantId) => this.moved(tenantId));
    this.listen();
    this.schedulePoll();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.forgetLocal?.();
    clearTimeout(this.poll);
    clearTimeout(this.reconnect);
    await this.client?.end().catch(() => undefined);
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

  private listen(): void {
    const client = new Client({ connectionString: this.database.url, keepAlive: true });
    this.client = client;
    client.on("notification", (message) => {
      for (const tenantId of message.payload?.split(",") ?? []) this.moved(tenantId);
    });
    const again = (): void => {
      if (this.stopped || this.client !== client) return;
      this.client = undefined;
      client.end().catch(() => undefined);
      this.log.warn("the connection that listens for feed signals was lost; polling until it is back");
      this.reconnect = setTimeout(() => this.listen(), RECONNECT_AFTER_MS);
    };
    client.on("error", again);
    client.on("end", again);
    client
      .connect()
      .then(() => client.query(`listen ${FEED_CHANNEL}`))
      // What was signalled while nobody listened is not repeated.
      .then(() => {
        for (const tenantId of this.listeners.keys()) this.moved(tenantId);
      })
      .catch(again);
  }

  private schedulePoll(): void {
    this.poll = setTimeout(() => {
      this.pollOnce()
        .catch(() => this.log.warn("the feed's counters could not be read; trying again"))
        .finally(() => {
          if (!this.stopped) this.schedulePoll();
        });
    }, POLL_EVERY_MS);
  }

  private async pollOnce(): Promise<void> {
    const tenantIds = [...this.listeners.keys()];
    if (tenantIds.length === 0) return;
    const rows = await this.database.across((tx) => listPositions(tx, tenantIds));
    for (const { tenantId, position } of rows) {
      if (this.positions.get(tenantId) === position) continue;
      this.positions.set(tenantId, position);
      this.moved(tenantId);
    }
  }
}
