import { LRUCache } from "lru-cache";
import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { FeedSignal } from "../../feed/feed-signal";
import { Log } from "../../log";
import { ResolutionRules } from "../resolve/resolution-rules";
import { indexNextRecords } from "../similarity/similarity-indexer";
import { findSimilarityState } from "../similarity/similarity-state.repository";
import { RuledBy } from "../write/identity-events";
import {
  BEFORE_ALL,
  claimRules,
  getRules,
  getRulesProgress,
  holdRulesVersions,
  listNextRecords,
  listTenantsToApply,
  moveRulesOn,
  RulesProgress,
  setRulesTotal,
  setRulesVersions,
} from "./rules.repository";
import { StaleRules } from "./rules.service";
import { applyRules, Outgrown, Retell } from "./rules-apply";
import { Reresolved, reresolve } from "./rules-reresolve";

/** How often the tenants are looked through for rules that are not applied yet. */
const POLL_EVERY_MS = 2_000;
/** Records of one step: what hangs together with them is held for as long as a step takes, some ten milliseconds. */
const RECORDS_A_STEP = 200;
const TENANTS_A_ROUND = 100;
/** How often a step is begun again because a writer got ahead of it. */
const ATTEMPTS = 10;
const VALUES_REMEMBERED = 100_000;

export interface RulesApplierOptions {
  readonly recordsAStep?: number;
}

/** MOVED: some records were done. DONE: nothing is left. BUSY: another server is at it, or writers got ahead. */
export type Step = "MOVED" | "DONE" | "BUSY";

/**
 * Brings what is stored to the rules in force, in the background.
 *
 *   for every tenant whose rules_applied is behind its rules_version, in steps of some records by their age:
 *     first, where persons are to be compared and were not: describe and compare them (see `indexNextRecords`); then
 *     work out in a snapshot what the rules make of them  -> nothing other: only the progress is written
 *     otherwise hold them and all that hangs together with them, work it out again, write it with its changes
 *
 * Promises: each affected profile changes in one transaction, with the changes in the feed; after the last step the
 * stored profiles are what the rules make of all facts, whatever was written meanwhile. Progress is stored with every
 * step, so that any server goes on from there; a newer version starts from the first record.
 * Trusts: that no writer commits by older rules once a version is in force (`advanceFeed`), and that writers keep right
 * what is right already, so a record needs to be visited only once.
 * On failure: the step is rolled back, logged and tried again at the next look.
 */
export class RulesApplier {
  private readonly recordsAStep: number;
  /**
   * Values that many records carry and whose status was worked out by this version: counting them is what costs. With `max`
   * there would be room for all of them at once, which few servers ever need.
   */
  private readonly counted = new LRUCache<string, true>({ maxSize: VALUES_REMEMBERED, sizeCalculation: () => 1 });
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly signal: FeedSignal,
    private readonly log: Log,
    private readonly retell: Retell,
    options: RulesApplierOptions = {},
  ) {
    this.recordsAStep = options.recordsAStep ?? RECORDS_A_STEP;
  }

  start(): void {
    this.wake();
  }

  /** Finishes the step under way and takes no other. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Looks at once. To be called where rules were set; elsewhere the next look finds them. */
  wake(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.again) this.wake();
      else if (!this.stopped) this.timer = setTimeout(() => this.wake(), POLL_EVERY_MS).unref();
    });
  }

  /** Applies everything there is to apply, for one tenant. */
  async settle(tenantId: string): Promise<void> {
    while ((await this.step(tenantId)) === "MOVED");
  }

  /** One step of one tenant. */
  async step(tenantId: string): Promise<Step> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(tenantId);
      } catch (error) {
        if (error instanceof StaleRules) return "MOVED";
        if (!(error instanceof Outgrown)) throw error;
        if (attempt === ATTEMPTS) return "BUSY";
      }
    }
  }

  private async run(): Promise<void> {
    this.again = false;
    try {
      for (let moved = true; moved && !this.stopped; ) {
        moved = false;
        const tenantIds = await this.database.across((tx) => listTenantsToApply(tx, TENANTS_A_ROUND));
        for (const tenantId of tenantIds) {
          if (this.stopped) return;
          moved = (await this.tryStep(tenantId)) || moved;
        }
      }
    } catch (error) {
      this.log.warn({ error: String((error as { code?: string }).code) }, "the tenants' rules could not be looked at");
    }
  }

  /** What fails for one tenant does not keep the others waiting. */
  private async tryStep(tenantId: string): Promise<boolean> {
    try {
      return (await this.step(tenantId)) === "MOVED";
    } catch (error) {
      const told = { tenantId, error: String((error as { code?: string }).code) };
      this.log.warn(told, "the tenant's rules are not applied yet; trying again");
      return false;
    }
  }

  private async attempt(tenantId: string): Promise<Step> {
    const seen = await this.database.snapshot(tenantId, (tx) => this.look(tx));
    if (seen === null) return "DONE";
    const { rules, progress, ids, found } = seen;
    const version = rules.version;
    if (progress.total === null) await this.database.write(tenantId, (tx) => setRulesTotal(tx, version));
    if (found === null) {
      await this.database.write(tenantId, (tx) => indexNextRecords(tx, rules, this.recordsAStep));
      return "MOVED";
    }
    const last = ids.at(-1);
    const by: RuledBy = { rulingId: null, actor: progress.actor, reason: `Identity rules, version ${version}` };
    const outcome = await this.database.write(tenantId, async (tx) => {
      if (!(await claimRules(tx, version, progress.through))) return null;
      if (last === undefined) return { moved: false, applied: await finish(tx, version) };
      if (!found.hasWork) {
        await moveRulesOn(tx, version, last, ids.length);
        return { moved: false, applied: found };
      }
      const done = await applyRules(tx, found, rules, this.knownOf(tenantId, version), by, this.retell);
      await moveRulesOn(tx, version, last, ids.length);
      return done;
    });
    if (outcome === null) return "BUSY";
    for (const id of outcome.applied?.counted ?? []) this.counted.set(valueKey(tenantId, version, id), true);
    if (outcome.moved) this.signal.feedMoved(tenantId);
    return "MOVED";
  }

  /** What the next step has to do; null when everything is done. Read in one snapshot, with nothing held. */
  private async look(tx: Transaction): Promise<Look | null> {
    const progress = await getRulesProgress(tx);
    if (progress.applied >= progress.version) return null;
    const rules = await getRules(tx);
    if (rules.similarity.enabled && !(await findSimilarityState(tx))?.ready) {
      return { rules, progress, ids: [], found: null };
    }
    const ids = await listNextRecords(tx, progress.through ?? BEFORE_ALL, this.recordsAStep);
    const found = await reresolve(tx, ids, rules, null, this.knownOf(tx.tenantId, rules.version));
    return { rules, progress, ids, found };
  }

  private knownOf(tenantId: string, version: number): { has(id: string): boolean } {
    return { has: (id) => this.counted.has(valueKey(tenantId, version, id)) };
  }
}

interface Look {
  readonly rules: ResolutionRules;
  readonly progress: RulesProgress;
  readonly ids: readonly string[];
  /** Null while the records have to be compared with each other first. */
  readonly found: Reresolved | null;
}

async function finish(tx: Transaction, version: number): Promise<null> {
  const versions = await holdRulesVersions(tx);
  if (versions.version !== version) throw new StaleRules();
  await setRulesVersions(tx, version, version);
  return null;
}

function valueKey(tenantId: string, version: number, identifierId: string): string {
  return `${tenantId} ${version} ${identifierId}`;
}
