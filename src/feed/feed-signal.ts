import { Log } from "../log";

/** The channel on which servers tell each other which tenants' feeds moved. */
export const FEED_CHANNEL = "onefold_feed";

/** At most this many notifications a second leave one server, however many transactions commit. */
const NOTIFY_EVERY_MS = 10;
/** A NOTIFY payload must stay below 8,000 bytes; a tenant id and its comma are 37. */
const TENANTS_A_NOTIFY = 200;

/** What carries a hint to all servers: PostgreSQL's NOTIFY, or NATS. */
export interface Notifier {
  notify(channel: string, payload: string): Promise<void>;
}

/**
 * Tells all servers that a feed moved, after the commit.
 *
 * A signal is a hint: it may be late, doubled or lost, and names tenants only. Whoever gets it reads the feed. NOTIFY is
 * sent outside the write transaction, where it would hold a lock of the whole cluster during the commit.
 */
export class FeedSignal {
  private readonly moved = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<(tenantId: string) => void>();

  constructor(
    private readonly notifier: Notifier,
    private readonly log: Log,
  ) {}

  /** Called once a transaction of this server has committed changes of the tenant. */
  feedMoved(tenantId: string): void {
    for (const listener of this.listeners) listener(tenantId);
    this.moved.add(tenantId);
    this.timer ??= setTimeout(() => this.send(), NOTIFY_EVERY_MS);
  }

  /** Hears of this server's own commits at once, without the way through the notifier. */
  onLocalMove(listener: (tenantId: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private send(): void {
    this.timer = undefined;
    const tenantIds = [...this.moved].slice(0, TENANTS_A_NOTIFY);
    for (const tenantId of tenantIds) this.moved.delete(tenantId);
    if (this.moved.size > 0) this.timer = setTimeout(() => this.send(), NOTIFY_EVERY_MS);
    this.notifier.notify(FEED_CHANNEL, tenantIds.join(",")).catch((error: unknown) => {
      this.log.warn({ error: String((error as { code?: string }).code) }, "feed signal not sent; the poll carries it");
    });
  }
}
