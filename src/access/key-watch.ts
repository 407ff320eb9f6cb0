import { Database } from "../db/database";
import { Log } from "../log";
import { listStillOpen } from "./api-key.repository";
import { Viewer } from "./viewer";

/** How often, in milliseconds, the keys of open sockets are asked for: what a revoked key opened ends within a second. */
const SWEEP_MS = 400;

/** Tenants asked for at the same time in one sweep. */
const PARALLEL = 4;

interface Holder {
  readonly viewer: Viewer;
  readonly onClosed: () => void;
}

/**
 * Ends what stays open on a key (sockets, subscriptions) once the key opens nothing: at once when it is revoked on this
 * server, within a second when it is revoked on another, runs out, or its tenant is suspended.
 * When the database cannot be asked, nothing is ended: without it nothing can be read on an open socket either.
 */
export class KeyWatch {
  private readonly holders = new Map<string, Set<Holder>>();
  private readonly timer: NodeJS.Timeout;
  private sweeping = false;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MS);
    this.timer.unref();
  }

  /** Calls `onClosed` once the viewer's key opens nothing any more. The answer lets go of it. */
  hold(viewer: Viewer, onClosed: () => void): () => void {
    const holder = { viewer, onClosed };
    const holders = this.holders.get(viewer.keyId) ?? new Set();
    holders.add(holder);
    this.holders.set(viewer.keyId, holders);
    return () => {
      holders.delete(holder);
      if (holders.size === 0 && this.holders.get(viewer.keyId) === holders) this.holders.delete(viewer.keyId);
    };
  }

  /** Ends everything that is open on a key. */
  close(keyId: string): void {
    const holders = this.holders.get(keyId);
    if (holders === undefined) return;
    this.holders.delete(keyId);
    for (const holder of holders) holder.onClosed();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    if (this.sweeping || this.holders.size === 0) return;
    this.sweeping = true;
    try {
      const tenants = [...this.keysByTenant()];
      for (let from = 0; from < tenants.length; from += PARALLEL) {
        await Promise.all(tenants.slice(from, from + PARALLEL).map(([tenantId, keys]) => this.check(tenantId, keys)));
      }
    } catch (error) {
      this.log.warn({ err: error }, "the keys of open sockets could not be checked");
    } finally {
      this.sweeping = false;
    }
  }

  private async check(tenantId: string, keyIds: readonly string[]): Promise<void> {
    const now = new Date().toISOString();
    const open = new Set(await this.database.read(tenantId, (tx) => listStillOpen(tx, keyIds, now)));
    for (const keyId of keyIds) if (!open.has(keyId)) this.close(keyId);
  }

  private keysByTenant(): Map<string, string[]> {
    const tenants = new Map<string, string[]>();
    for (const [keyId, holders] of this.holders) {
      for (const { viewer } of holders) {
        const keys = tenants.get(viewer.tenantId);
        if (keys === undefined) tenants.set(viewer.tenantId, [keyId]);
        else keys.push(keyId);
        break;
      }
    }
    return tenants;
  }
}
