import { Instant } from "../../db/column-types";
import { SQLSTATE, sqlstateOf } from "../../db/sqlstate";
import { Transaction } from "../../db/transaction";
import { FeedAdvance } from "../../feed/change";
import { advanceFeed } from "../../feed/feed.repository";
import { ResolutionRules } from "../resolve/resolution-rules";
import { StaleRules } from "./rules.service";

/**
 * Takes positions of the feed for what was worked out by these rules. Where others are in force by now, PostgreSQL itself
 * refuses, and with it all that was sent behind: so that may travel along.
 *
 * @throws StaleRules
 */
export function advanceByRules(
  tx: Transaction,
  count: number,
  { version }: ResolutionRules,
  now: Instant,
): Promise<FeedAdvance> {
  return advanceFeed(tx, count, now, version).catch((error: unknown) => {
    if (sqlstateOf(error) === SQLSTATE.notNullViolation) throw new StaleRules();
    throw error;
  });
}
