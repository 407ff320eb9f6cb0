import { LRUCache } from "lru-cache";
import { Database } from "../db/database";
import { ResolutionRules } from "./resolution-rules";
import { getRules } from "./rules.repository";

const TENANTS_KEPT = 10_000;
const KEPT_MS = 1_000;

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
