import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

/** Where a profile stands among those last seen: at its latest activity, which is that of this record. */
export interface RecentPlace {
  readonly lastSeenAt: Instant;
  readonly recordId: string;
}

export interface RecentProfile extends RecentPlace {
  readonly id: string;
  /** False for an older activity of a profile that has its place further ahead. */
  readonly latest: boolean;
}

/*
 * Walks the activity of all records from the latest on, a stretch at a time; the two branches are one range of the index,
 * cut where the place stands, because an index that falls by time and rises by id knows no row comparison. A profile
 * has many activities in the walk and belongs to its latest. (`limit 1` on a primary key says to the planner: one by one,
 * never by reading all of the tenant's records.)
 */
const RECENT = statement(
  "profile.recent",
  `with stretch as materialized (
     (select a.last_at, a.record_id from record_activity a
      where a.tenant_id = $1 and a.last_at = $2 and a.record_id > $3 order by a.record_id limit $4)
     union all
     (select a.last_at, a.record_id from record_activity a
      where a.tenant_id = $1 and a.last_at < $2 order by a.last_at desc, a.record_id limit $4)
     order by 1 desc, 2 limit $4),
   placed as materialized (
     select s.last_at, s.record_id, r.profile_id from stretch s
     cross join lateral (
       select r.profile_id from records r where r.tenant_id = $1 and r.record_id = s.record_id limit 1) r),
   heads as materialized (
     select p.profile_id, l.last_at, l.record_id from (select distinct profile_id from placed) p
     cross join lateral (
       select a.last_at, a.record_id from records m
       join record_activity a on a.tenant_id = $1 and a.record_id = m.record_id
       where m.tenant_id = $1 and m.profile_id = p.profile_id
       order by a.last_at desc, a.record_id limit 1) l)
   select p.profile_id as id, p.last_at as "lastSeenAt", p.record_id as "recordId",
     (h.last_at = p.last_at and h.record_id = p.record_id) as latest
   from placed p join heads h on h.profile_id = p.profile_id
   order by p.last_at desc, p.record_id`,
);

const BEFORE_ALL: RecentPlace = { lastSeenAt: "infinity", recordId: "00000000-0000-0000-0000-000000000000" };

/** The next `stretch` activities behind `after`, latest first. Fewer than asked for: there are no more. */
export function listRecentActivity(
  tx: Transaction,
  after: RecentPlace | null,
  stretch: number,
): Promise<RecentProfile[]> {
  const { lastSeenAt, recordId } = after ?? BEFORE_ALL;
  return tx.query<RecentProfile>(RECENT, [tx.tenantId, lastSeenAt, recordId, stretch]);
}
