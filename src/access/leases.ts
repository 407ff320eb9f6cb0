import { LRUCache } from "lru-cache";

/**
 * How long, in milliseconds, an answer of the database about a key or a tenant may be relied on, counted from before it
 * was asked. Revoking a key waits this long before it returns, and so does suspending a tenant, so that by then no server
 * at all can still rely on an older answer.
 */
export const LEASE_MS = 400;

/** Answers remembered at once; one that falls out is asked for again. */
const CAPACITY = 20_000;

interface Held<T> {
  readonly value: T;
  readonly askedAt: number;
}

/**
 * What this server has been told opens a tenant (a key, or the tenant to a token), each on a short lease: a request costs
 * no statement of its own while the lease runs, and what is in steady use is asked for again in the background before it
 * ends. What opens nothing is not remembered.
 */
export class Leases<T extends object> {
  private readonly held = new LRUCache<string, Held<T>>({ max: CAPACITY });
  private readonly asking = new Map<string, Promise<T | null>>();

  constructor(private readonly ask: (name: string) => Promise<T | null>) {}

  /** What stands behind the name, or null when it opens nothing. */
  async get(name: string): Promise<T | null> {
    const held = this.held.get(name);
    const age = held === undefined ? LEASE_MS : performance.now() - held.askedAt;
    if (held === undefined || age >= LEASE_MS) return this.renew(name);
    // A failing renewal is reported by the request that finds the lease run out.
    if (age >= LEASE_MS / 2) this.renew(name).catch(() => undefined);
    return held.value;
  }

  /** Forgets at once what the condition holds for. */
  drop(condition: (value: T) => boolean): void {
    for (const [name, { value }] of this.held.entries()) if (condition(value)) this.held.delete(name);
  }

  private renew(name: string): Promise<T | null> {
    const running = this.asking.get(name);
    if (running !== undefined) return running;
    const asked = this.askAgain(name).finally(() => this.asking.delete(name));
    this.asking.set(name, asked);
    return asked;
  }

  private async askAgain(name: string): Promise<T | null> {
    const askedAt = performance.now();
    const value = await this.ask(name);
    if (value === null) this.held.delete(name);
    else this.held.set(name, { value, askedAt });
    return value;
  }
}
