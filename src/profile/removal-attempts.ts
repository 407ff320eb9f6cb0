import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { RulesService } from "../identity/rules/rules.service";

/** `met` collects the records that were met in any attempt: the next one locks them all at once, in their order. */
export type Attempt<T> = (tx: Transaction, rules: ResolutionRules, met: Set<string>) => Promise<T>;

/** Runs the work in a transaction of its own, by the rules in force at its commit. */
export function writeByRules<T>(
  database: Database,
  rules: RulesService,
  tenantId: string,
  work: Attempt<T>,
): Promise<T> {
  const met = new Set<string>();
  return rules.byCurrent(tenantId, (inForce) => database.write(tenantId, (tx) => work(tx, inForce, met)));
}
