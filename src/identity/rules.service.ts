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

  constructor(private readonly database: Database) {}

  rulesOf(tenantId: string): Promise<ResolutionRules> {
    const known = this.kept.get(tenantId);
    if (known) return known;
    const read = this.database.read(tenantId, getRules);
    this.kept.set(tenantId, read);
    read.catch(() => this.kept.delete(tenantId));
    return read;
  }

  forget(tenantId: string): void {
    this.kept.delete(tenantId);
  }
}
