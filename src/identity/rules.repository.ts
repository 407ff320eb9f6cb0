import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { DEFAULT_RULES, ResolutionRules } from "./resolution-rules";

const NEWEST = statement(
  "identity.newestRules",
  "select rules, version from identity_rules where tenant_id = $1 order by version desc limit 1",
);

/** The rules in force: the newest version, or the defaults (version 1) where the tenant has never set any. */
export async function getRules(tx: Transaction): Promise<ResolutionRules> {
  const [row] = await tx.query<{ rules: Partial<ResolutionRules>; version: number }>(NEWEST, [tx.tenantId]);
  return row ? { ...DEFAULT_RULES, ...row.rules, version: row.version } : DEFAULT_RULES;
}
