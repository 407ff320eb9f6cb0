import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { FeedPoint } from "./cursor";

/*
 * Retention takes entries away from the front of the feed. Where it has come to stands in `feed_edges`: the point of the
 * last entry that was taken, behind which nothing is missing. The times of the positions stay in `feed_moments`, the last
 * position of each transaction, for questions about the past.
 */

const EDGE = statement("feed.edge", "select position, tag from feed_edges where tenant_id = $1");

const CLAIM = statement(
  "feed.claimEdge",
  `insert into feed_edges as e (tenant_id, looked_at) values ($1, $2)
   on conflict (tenant_id) do update set looked_at = excluded.looked_at where e.looked_at <= $3
   returning e.position, e.tag`,
);

const BEGIN = statement(
  "feed.beginEdge",
  "insert into feed_edges as e (tenant_id) values ($1) on conflict (tenant_id) do nothing",
);

const HOLD = statement(
  "feed.holdEdge",
  "select position, tag from feed_edges where tenant_id = $1 for update skip locked",
);

const KEEP_MOMENTS = statement(
  "feed.keepMoments",
  `insert into feed_moments as m (tenant_id, at, position, tag)
   select c.tenant_id, c.at, max(c.position), c.tag from changes c
   where c.tenant_id = $1 and c.position <= $2 and c.position > $3
   group by c.tenant_id, c.at, c.tag
   on conflict (tenant_id, at, position) do nothing`,
);

const FORGET = statement(
  "feed.forget",
  "delete from changes where tenant_id = $1 and position <= $2 and position > $3",
);

const MOVE = statement("feed.moveEdge", `update feed_edges set position = $2, tag = $3 where tenant_id = $1`);

const NONE: FeedPoint = { position: 0, tag: 0 };

/** The point behind which no entry was taken away; the beginning while none was. */
export async function findFeedEdge(tx: Transaction): Promise<FeedPoint> {
  const [edge] = await tx.query<FeedPoint>(EDGE, [tx.tenantId]);
  return edge ?? NONE;
}

/** Answers whether it is for the caller to look at this feed: not when somebody did later than `unlessAfter`. */
export async function claimFeed(tx: Transaction, now: Instant, unlessAfter: Instant): Promise<boolean> {
  return (await tx.query(CLAIM, [tx.tenantId, now, unlessAfter])).length === 1;
}

/** The edge, held until the transaction ends; null where another server holds it. */
export async function holdFeedEdge(tx: Transaction): Promise<FeedPoint | null> {
  const [, [edge]] = await Promise.all([tx.query(BEGIN, [tx.tenantId]), tx.query<FeedPoint>(HOLD, [tx.tenantId])]);
  return edge ?? null;
}

/** Takes away the entries behind `from` up to `to`, and keeps their times. To be sent while the edge is held. */
export async function forgetChanges(tx: Transaction, from: number, to: FeedPoint): Promise<void> {
  await Promise.all([
    tx.query(KEEP_MOMENTS, [tx.tenantId, to.position, from]),
    tx.query(FORGET, [tx.tenantId, to.position, from]),
    tx.query(MOVE, [tx.tenantId, to.position, to.tag]),
  ]);
}
