import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { Log } from "../log";
import { listStillOpen } from "./api-key.repository";
import { Role } from "./role";
import { findTenantAccess, listTenantAccess } from "./tenant.repository";
import { hasExpired, Viewer } from "./viewer";

/** How often, in milliseconds, it is looked whether anything changed about who may come in. */
const SWEEP_MS = 400;

/** Tenants whose keys are asked for at the same time in one sweep. */
const PARALLEL = 4;

/** The longest that a timer can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Holder {
  readonly viewer: Viewer;
  readonly onClosed: () => void;
  /** When it was let in. */
  readonly since: number;
  expiry?: NodeJS.Timeout;
}

/** What is open in one tenant. */
interface Opened {
  readonly holders: Set<Holder>;
  /** Those of them who were not looked at since they came, or since the version. */
  unseen: Set<Holder>;
  /** The version of the tenant's access at which all others were seen to be good; null while nobody was. */
  version: number | null;
  /** When the first of them runs out, in milliseconds of the clock; infinity while none does. */
  firstExpiry: number;
}

/**
 * Ends what stays open (sockets, subscriptions) once its credentials open nothing: a key that is revoked or whose role is
 * another, a tenant that is suspended, whatever has run out.
 *
 *     revoked here ------------------------------> closed at once
 *     a version that rose, seen by the sweep ----> the tenant's keys are asked for -> closed
 *     a version that rose, read with the feed ---> the same, before what was read is told (`confirm`)
 *     the moment of expiry ----------------------> closed by a timer, or before what was read is told
 *
 * Promises: it takes less than a second on every server, and no change that was committed after a revocation is told to
 * those it shut out. A sweep is one statement for all tenants while nothing changes.
 * When the database cannot be asked nothing is ended: without it nothing can be read on an open socket either.
 */
export class KeyWatch {
  private readonly tenants = new Map<string, Opened>();
  private readonly timer: NodeJS.Timeout;
  private sweeping = false;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    sweepEveryMs = SWEEP_MS,
  ) {
    this.timer = setInterval(() => void this.sweep(), sweepEveryMs);
    this.timer.unref();
  }

  /** Calls `onClosed` once the viewer's credentials open nothing any more. The answer lets go of it. */
  hold(viewer: Viewer, onClosed: () => void): () => void {
    const holder: Holder = { viewer, onClosed, since: performance.now() };
    const opened = this.tenants.get(viewer.tenantId) ?? newlyOpened();
    this.tenants.set(viewer.tenantId, opened);
    opened.holders.add(holder);
    // It may have been shut out since it was let in.
    opened.unseen.add(holder);
    opened.firstExpiry = Math.min(opened.firstExpiry, expiryOf(viewer));
    this.awaitExpiry(holder);
    return () => this.release(holder);
  }

  /** Ends what the condition holds for. */
  close(condition: (viewer: Viewer) => boolean): void {
    for (const { holders } of [...this.tenants.values()]) {
      for (const holder of [...holders]) if (condition(holder.viewer)) this.end(holder);
    }
  }

  /** To be sent behind what was read of the tenant, and awaited before that is told to anyone. */
  async confirm(tx: Transaction): Promise<void> {
    const opened = this.tenants.get(tx.tenantId);
    if (opened === undefined) return;
    const access = await findTenantAccess(tx);
    if (opened.firstExpiry <= Date.now()) this.endExpired(opened);
    const version = access?.version ?? null;
    if (isSettled(opened, version)) return;
    // A snapshot knows nothing of credentials that are younger than itself. Whoever came with them is told nothing of it.
    await this.check(tx, opened, version, ({ since }) => since <= tx.beganAt);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { holders } of this.tenants.values()) for (const holder of holders) clearTimeout(holder.expiry);
  }

  private async sweep(): Promise<void> {
    if (this.sweeping || this.tenants.size === 0) return;
    this.sweeping = true;
    try {
      const known = await this.database.across((tx) => listTenantAccess(tx, [...this.tenants.keys()]));
      const versions = new Map(known.map(({ tenantId, version }) => [tenantId, version]));
      const versionOf = (tenantId: string): number | null => versions.get(tenantId) ?? null;
      const changed = [...this.tenants].filter(([tenantId, opened]) => !isSettled(opened, versionOf(tenantId)));
      for (let from = 0; from < changed.length; from += PARALLEL) {
        const some = changed.slice(from, from + PARALLEL);
        await Promise.all(
          some.map(([tenantId, opened]) =>
            this.database.read(tenantId, (tx) => this.check(tx, opened, versionOf(tenantId), () => true)),
          ),
        );
      }
    } catch (error) {
      this.log.warn({ err: error }, "the keys of open sockets could not be checked");
    } finally {
      this.sweeping = false;
    }
  }

  /** At a version at which the others were seen, it looks at newcomers alone. */
  private async check(
    tx: Transaction,
    opened: Opened,
    version: number | null,
    isDue: (holder: Holder) => boolean,
  ): Promise<void> {
    const isKnown = version !== null && version === opened.version;
    const due = [...(isKnown ? opened.unseen : opened.holders)].filter(isDue);
    const keyIds = new Set(due.flatMap(({ viewer }) => (viewer.credential === "KEY" ? [viewer.keyId] : [])));
    // The version before the keys: what changes between the two is looked at again.
    const [access, roles] = await Promise.all([
      findTenantAccess(tx),
      listStillOpen(tx, [...keyIds], new Date().toISOString()),
    ]);
    const isOpen = access !== undefined && access.suspendedAt === null;
    if (!isKnown) {
      opened.version = access?.version ?? null;
      opened.unseen = new Set(opened.holders);
    }
    // Looked at meanwhile at another version, they may not have been good at that.
    if (!isKnown || opened.version === version) for (const holder of due) opened.unseen.delete(holder);
    for (const holder of due) if (!isOpen || !isGood(holder.viewer, roles)) this.end(holder);
  }

  /** A timer may come late. */
  private endExpired(opened: Opened): void {
    for (const holder of [...opened.holders]) if (hasExpired(holder.viewer)) this.end(holder);
    opened.firstExpiry = Infinity;
    for (const { viewer } of opened.holders) opened.firstExpiry = Math.min(opened.firstExpiry, expiryOf(viewer));
  }

  private awaitExpiry(holder: Holder): void {
    const expiry = expiryOf(holder.viewer);
    if (expiry === Infinity) return;
    const left = expiry - Date.now();
    const again = () => (left <= LONGEST_TIMER_MS ? this.end(holder) : this.awaitExpiry(holder));
    holder.expiry = setTimeout(again, Math.min(Math.max(left, 0), LONGEST_TIMER_MS)).unref();
  }

  private end(holder: Holder): void {
    if (this.release(holder)) holder.onClosed();
  }

  /** Answers whether it was still held. */
  private release(holder: Holder): boolean {
    clearTimeout(holder.expiry);
    const { tenantId } = holder.viewer;
    const opened = this.tenants.get(tenantId);
    if (opened === undefined || !opened.holders.delete(holder)) return false;
    opened.unseen.delete(holder);
    if (opened.holders.size === 0) this.tenants.delete(tenantId);
    return true;
  }
}

function newlyOpened(): Opened {
  return { holders: new Set(), unseen: new Set(), version: null, firstExpiry: Infinity };
}

/** Whether everyone was seen to be good at this version. */
function isSettled({ version, unseen }: Opened, present: number | null): boolean {
  return present !== null && present === version && unseen.size === 0;
}

/** The tenant itself is looked at before; of a token there is nothing else to ask the database. */
function isGood({ credential, keyId, role }: Viewer, roles: ReadonlyMap<string, Role>): boolean {
  return credential === "TOKEN" || roles.get(keyId) === role;
}

function expiryOf({ expiresAt }: Viewer): number {
  return expiresAt === null ? Infinity : Date.parse(expiresAt);
}
