import { LRUCache } from "lru-cache";
import { Database } from "../db/database";
import { ResolutionRules } from "./resolution-rules";
import { getRules } from "./rules.repository";

const TENANTS_KEPT = 10_000;
const KEPT_MS = 1_000;

/** The rules of each tenant, read at most once a second. */
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
}
