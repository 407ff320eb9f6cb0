import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";

/** How far a tenant's facts of identity have come. */
export interface Moment {
  readonly position: number;
  readonly rulesVersion: number;
  /** Whether rules are still being applied: statuses of values then change without a place in the feed. */
  readonly applying: boolean;
}

const MOMENT = statement(
  "identity.moment",
  `select position, rules_version as "rulesVersion", rules_applied < rules_version as applying
   from feeds where tenant_id = $1`,
);

export async function readMoment(tx: Transaction): Promise<Moment> {
  const [moment] = await tx.query<Moment>(MOMENT, [tx.tenantId]);
  if (!moment) throw new Error("the tenant has no feed");
  return moment;
}

/**
 * Whether no fact of identity was committed between the two: each takes a place in the feed, but for those that are
 * worked out where rules are applied. (That something was seen again is no such fact.)
 */
export function isSameMoment(before: Moment, after: Moment): boolean {
  if (before.applying || after.applying) return false;
  return before.position === after.position && before.rulesVersion === after.rulesVersion;
}
