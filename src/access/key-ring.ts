import { LRUCache } from "lru-cache";
import { Viewer } from "./viewer";

/**
 * How long, in milliseconds, an answer of the database about a key may be relied on, counted from before it was asked.
 * Revoking a key waits this long before it returns, so that by then no server at all can still rely on an older answer.
 */
export const LEASE_MS = 400;

/** Keys remembered at once; one that falls out is asked for again. */
const CAPACITY = 20_000;

interface Held {
  readonly viewer: Viewer;
  readonly expiresAt: number;
  readonly askedAt: number;
}

/**
 * The keys this server has seen open their tenant, each on a short lease: a request costs no statement of its own while
 * the lease runs, and a key in steady use is asked for again in the background before it ends.
 */
export class KeyRing {
  private readonly held = new LRUCache<string, Held>({ max: CAPACITY });
  private readonly asking = new Map<string, Promise<Viewer | null>>();

  constructor(private readonly ask: (fingerprint: string) => Promise<Viewer | null>) {}

  /** Who holds the key with this fingerprint, or null when it opens nothing at this moment. */
  async open(fingerprint: string): Promise<Viewer | null> {
    const held = this.held.get(fingerprint);
    const age = held === undefined ? LEASE_MS : performance.now() - held.askedAt;
    if (held === undefined || age >= LEASE_MS) return this.renew(fingerprint);
    // A failing renewal is reported by the request that finds the lease run out.
    if (age >= LEASE_MS / 2) this.renew(fingerprint).catch(() => undefined);
    return Date.now() < held.expiresAt ? held.viewer : null;
  }

  /** Forgets a key at once. */
  drop(keyId: string): void {
    for (const [fingerprint, held] of this.held.entries()) {
      if (held.viewer.keyId === keyId) this.held.delete(fingerprint);
    }
  }

  private renew(fingerprint: string): Promise<Viewer | null> {
    const running = this.asking.get(fingerprint);
    if (running !== undefined) return running;
    const asked = this.askAgain(fingerprint).finally(() => this.asking.delete(fingerprint));
    this.asking.set(fingerprint, asked);
    return asked;
  }

  private async askAgain(fingerprint: string): Promise<Viewer | null> {
    const askedAt = performance.now();
    const viewer = await this.ask(fingerprint);
    if (viewer === null) {
      this.held.delete(fingerprint);
      return null;
    }
    const expiresAt = viewer.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(viewer.expiresAt);
    this.held.set(fingerprint, { viewer, expiresAt, askedAt });
    return viewer;
  }
}
