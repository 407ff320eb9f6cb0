import { setTimeout as pause } from "node:timers/promises";
import { listTenants, TenantRow } from "../access/tenant.repository";
import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { Log } from "../log";
import { findEntryTag, getNewestPoint } from "./feed.repository";
import { claimFeed, forgetChanges, holdFeedEdge } from "./feed-edge.repository";
import { findMoment } from "./feed-moment.repository";

const DAY_MS = 24 * 60 * 60_000;
/** Each tenant's feed is looked at this often, by one server of all. */
const EVERY_MS = 60 * 60_000;
/** How often a server looks whose turn it is; the first time this long after its start. */
const LOOK_MS = 5 * 60_000;
const TENANTS_A_PAGE = 100;
/** Entries taken away in one transaction: some tens of milliseconds. */
const ENTRIES_A_STEP = 2_000;
/** After each step it rests for this many times as long as the step took. */
const REST = 3;

export interface FeedRetentionOptions {
  readonly entriesAStep?: number;
  /** Called instead of resting, between two steps. */
  readonly rest?: (milliseconds: number) => Promise<void>;
}

/** MOVED: some entries were taken away. DONE: nothing is left to take away. BUSY: another server is at it. */
export type RetentionStep = "MOVED" | "DONE" | "BUSY";

/**
 * Takes entries away from the front of every feed once they are older than the tenant's retention, in the background.
 *
 *   for every tenant that is not suspended and was not looked at for an hour, in steps:
 *     hold the edge (skipping a feed that another server is at) -> keep the times of the positions
 *       -> take the entries away -> move the edge
 *
 * Promises: no entry that is younger goes, nor the newest one; cursors in front of the edge are answered with
 * CURSOR_EXPIRED, that of the edge and all behind it stay good; questions about the past find the time of every position
 * as before. Writers wait for nothing here: no row that they write or lock is touched. A step that was cut off has taken
 * nothing away, and any server goes on from there.
 * On failure: the step is rolled back, logged, and tried again at the next look.
 */
export class FeedRetention {
  private readonly entriesAStep: number;
  private readonly rest: (milliseconds: number) => Promise<void>;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  /** @param days how long entries are kept; 0: for ever */
  constructor(
    private readonly database: Database,
    private readonly log: Log,
    private readonly days: number,
    options: FeedRetentionOptions = {},
  ) {
    this.entriesAStep = options.entriesAStep ?? ENTRIES_A_STEP;
    this.rest = options.rest ?? ((milliseconds) => this.sleep(milliseconds));
  }

  start(): void {
    if (this.days === 0) return;
    this.timer = setTimeout(() => {
      this.running = this.look().finally(() => {
        this.running = undefined;
        if (!this.stopping.signal.aborted) this.start();
      });
    }, LOOK_MS).unref();
  }

  /** Finishes the step under way and takes no other. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Looks at every feed whose turn it is. */
  async look(): Promise<void> {
    try {
      for (let after: string | null = null; ; ) {
        const tenants: TenantRow[] = await this.page(after);
        for (const { id, suspendedAt } of tenants) {
          if (this.stopping.signal.aborted) return;
          // A suspended tenant finds everything as it was, its cursors too.
          if (suspendedAt === null) await this.trySettle(id);
        }
        after = tenants.at(-1)?.id ?? null;
        if (tenants.length < TENANTS_A_PAGE) return;
      }
    } catch (error) {
      this.log.warn({ error: String((error as { code?: string }).code) }, "the feeds could not be looked through");
    }
  }

  /** Takes away everything there is to take away of one feed. */
  async settle(tenantId: string): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const began = performance.now();
      if ((await this.step(tenantId)) !== "MOVED") return;
      await this.rest(REST * (performance.now() - began));
    }
  }

  /** One step of one feed. */
  step(tenantId: string): Promise<RetentionStep> {
    const before = new Date(Date.now() - this.days * DAY_MS).toISOString();
    return this.database.write(tenantId, (tx) => this.take(tx, before));
  }

  private page(after: string | null): Promise<TenantRow[]> {
    return this.database.across((tx) => listTenants(tx, after, TENANTS_A_PAGE));
  }

  /** What fails for one feed does not keep the others waiting. */
  private async trySettle(tenantId: string): Promise<void> {
    const now = Date.now();
    const [at, due] = [now, now - EVERY_MS].map((time) => new Date(time).toISOString()) as [string, string];
    try {
      if (await this.database.write(tenantId, (tx) => claimFeed(tx, at, due))) await this.settle(tenantId);
    } catch (error) {
      const told = { tenantId, error: String((error as { code?: string }).code) };
      this.log.warn(told, "old entries of the feed are not taken away yet; trying again");
    }
  }

  private async take(tx: Transaction, before: string): Promise<RetentionStep> {
    const edge = await holdFeedEdge(tx);
    if (edge === null) return "BUSY";
    const [moment, newest] = await Promise.all([findMoment(tx, before), getNewestPoint(tx)]);
    const last = Math.min(moment?.position ?? 0, newest.position - 1, edge.position + this.entriesAStep);
    if (last <= edge.position) return "DONE";
    const tag = await findEntryTag(tx, last);
    if (tag === null) throw new Error("the feed has a gap");
    await forgetChanges(tx, edge.position, { position: last, tag });
    return "MOVED";
  }

  private async sleep(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
  }
}
