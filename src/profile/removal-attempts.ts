import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { ResolutionRules } from "../identity/resolution-rules";
import { RulesService, StaleRules } from "../identity/rules.service";

/** How often a removal is worked out again because other rules came into force meanwhile. */
const RULES_ATTEMPTS = 3;

/** `met` collects the records that were met in any attempt: the next one locks them all at once, in their order. */
export type Attempt<T> = (tx: Transaction, rules: ResolutionRules, met: Set<string>) => Promise<T>;

/** Runs the work in a transaction of its own, by the rules in force at its commit. */
export async function writeByRules<T>(
  database: Database,
  rules: RulesService,
  tenantId: string,
  work: Attempt<T>,
): Promise<T> {
  const met = new Set<string>();
  for (let attempt = 1; ; attempt += 1) {
    const inForce = await rules.rulesOf(tenantId);
    try {
      return await database.write(tenantId, (tx) => work(tx, inForce, met));
    } catch (error) {
      if (!(error instanceof StaleRules) || attempt === RULES_ATTEMPTS) throw error;
      rules.forget(tenantId);
    }
  }
}
