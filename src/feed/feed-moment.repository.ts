import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { FeedMoment } from "./feed-moment";

/*
 * The time of entries never falls with their position, and positions are dense: halving the feed finds the entry in as
 * many steps as its length has binary digits, each by the primary key. An index by time would find it in one, and cost
 * every write a little for ever.
 */
const MOMENT = statement(
  "feed.moment",
  `with recursive search(low, high) as (
     select case when f.at <= $2 then f.position else oldest.position - 1 end, f.position
     from feeds f
     cross join lateral (
       select c.position from changes c where c.tenant_id = $1 order by c.position limit 1) oldest
     where f.tenant_id = $1
     union all
     select case when probe.at <= $2 then probe.position else s.low end,
       case when probe.at <= $2 then s.high else probe.position - 1 end
     from search s
     cross join lateral (
       select c.position, c.at from changes c
       where c.tenant_id = $1 and c.position = (s.low + s.high + 1) / 2 limit 1) probe
     where s.low < s.high)
   select c.position, c.tag, c.at from search s
   join changes c on c.tenant_id = $1 and c.position = s.low
   where s.low = s.high`,
);

/** Of entries that retention took away the times were kept, one for each transaction. */
const KEPT_MOMENT = statement(
  "feed.keptMoment",
  `select position, tag, at from feed_moments where tenant_id = $1 and at <= $2 order by at desc, position desc limit 1`,
);

/** The greatest position whose time is not later than the moment; null when the tenant's first entry came after it. */
export async function findMoment(tx: Transaction, moment: Instant): Promise<FeedMoment | null> {
  const [row] = await tx.query<FeedMoment>(MOMENT, [tx.tenantId, moment]);
  if (row !== undefined) return row;
  const [kept] = await tx.query<FeedMoment>(KEPT_MOMENT, [tx.tenantId, moment]);
  return kept ?? null;
}
