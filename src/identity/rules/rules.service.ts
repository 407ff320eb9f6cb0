import { LRUCache } from "lru-cache";
import { Database } from "../../db/database";
import { ResolutionRules } from "../resolve/resolution-rules";
import { getRules } from "./rules.repository";

const TENANTS_KEPT = 10_000;
const KEPT_MS = 1_000;

/** Rules change by a person's hand: so many changes during one write do not happen. */
const ATTEMPTS = 20;

/** A write was prepared by rules that are no longer in force: it has to be prepared again. */
export class StaleRules extends Error {}

/**
 * The rules of each tenant, read at most once a second. Whoever writes by them compares their version with the feed's
 * when it takes its positions, so that nothing is ever committed by rules that were replaced.
 */
export class RulesService {
  private readonly kept = new LRUCache<string, Promise<ResolutionRules>>({ max: TENANTS_KEPT, ttl: KEPT_MS });
  private readonly newest = new LRUCache<string, ResolutionRules>({ max: TENANTS_KEPT });

  constructor(private readonly database: Database) {}

  rulesOf(tenantId: string): Promise<ResolutionRules> {
    const known = this.kept.get(tenantId);
    if (known) return known;
    const read = this.database.read(tenantId, getRules).then((rules) => this.same(tenantId, rules));
    this.kept.set(tenantId, read);
    read.catch(() => this.kept.delete(tenantId));
    return read;
  }

  /** Runs the work by the rules in force: again, from its beginning, when others came into force before it was committed. */
  async byCurrent<T>(tenantId: string, work: (rules: ResolutionRules) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(await this.rulesOf(tenantId));
      } catch (error) {
        if (!(error instanceof StaleRules) || attempt === ATTEMPTS) throw error;
        this.forget(tenantId);
      }
    }
  }

  forget(tenantId: string): void {
    this.kept.delete(tenantId);
  }

  /** One version is one object for as long as it is in force: what is derived from it is derived once. */
  private same(tenantId: string, rules: ResolutionRules): ResolutionRules {
    const known = this.newest.get(tenantId);
    if (known?.version === rules.version) return known;
    this.newest.set(tenantId, rules);
    return rules;
  }
}
