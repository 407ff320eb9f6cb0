import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";

/** How far a tenant's facts of identity have come. */
export interface Moment {
  /** The transaction that last took a place in the feed, or said that it has nothing to tell there. */
  readonly writer: string;
  /** Whether rules are still being applied: statuses of values then change without a place in the feed. */
  readonly applying: boolean;
}

/* Not the position: a decision that moves nobody changes facts, and leaves it where it was. */
const MOMENT = statement(
  "identity.moment",
  `select xmin::text as writer, rules_applied < rules_version as applying from feeds where tenant_id = $1`,
);

export async function readMoment(tx: Transaction): Promise<Moment> {
  const [moment] = await tx.query<Moment>(MOMENT, [tx.tenantId]);
  if (!moment) throw new Error("the tenant has no feed");
  return moment;
}

/**
 * Whether no fact of identity was committed between the two: each is written together with the feed's counter, but for
 * those that are worked out where rules are applied. (That something was seen again is no such fact.)
 */
export function isSameMoment(before: Moment, after: Moment): boolean {
  return !before.applying && !after.applying && before.writer === after.writer;
}
