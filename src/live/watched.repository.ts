import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { Change } from "../feed/change";
import { CHANGE_COLUMNS } from "../feed/feed.repository";
import { Membership } from "./membership";

/** Stands for the end of what has no end yet. */
const OPEN_END = "9223372036854775807";

/** A record, one that was removed and leads on, or a customer that was erased: of it that is told. */
const EXISTS = statement(
  "live.recordExists",
  `select 1 from records where tenant_id = $1 and record_id = $2
   union all
   select 1 from record_tombstones where tenant_id = $1 and record_id = $2
   union all
   select 1 from (
     select kind from changes where tenant_id = $1 and profile_id = $2 order by position desc limit 1) newest
   where newest.kind = 'PROFILE_ERASED'
   limit 1`,
);

const MEMBERSHIPS = statement(
  "live.memberships",
  `select record_id as "recordId", profile_id as "profileId", since_position as "from", null::bigint as "to"
   from records where tenant_id = $1 and record_id = any($2::uuid[])
   union all
   select record_id, profile_id, from_position, to_position
   from past_memberships where tenant_id = $1 and record_id = any($2::uuid[]) and to_position > $3
   union all
   select t.record_id, r.profile_id, greatest(r.since_position, t.since_position), null
   from record_tombstones t join records r on r.tenant_id = $1 and r.record_id = t.led_to
   where t.tenant_id = $1 and t.record_id = any($2::uuid[])
   union all
   select t.record_id, p.profile_id, greatest(p.from_position, t.since_position), p.to_position
   from record_tombstones t join past_memberships p on p.tenant_id = $1 and p.record_id = t.led_to
     and p.to_position > t.since_position and p.to_position > $3
   where t.tenant_id = $1 and t.record_id = any($2::uuid[])`,
);

/*
 * From its removal on, a record is where the record is that it leads to. Of an erased customer, entries are left under the
 * id it had.
 *
 * Each membership is a range of the index by profile, so a page costs its length and the number of memberships, however
 * long the feed and however busy the other profiles. The second part finds the splits that set the record apart, which
 * are filed under the half that kept the id.
 */
const CHANGES = statement(
  "live.recordChanges",
  `with memberships as (
     select profile_id, since_position as from_position, ${OPEN_END} as to_position
     from records where tenant_id = $1 and record_id = $2
     union all
     select profile_id, from_position, to_position
     from past_memberships where tenant_id = $1 and record_id = $2 and to_position > $3
     union all
     select r.profile_id, greatest(r.since_position, t.since_position), ${OPEN_END}
     from record_tombstones t join records r on r.tenant_id = $1 and r.record_id = t.led_to
     where t.tenant_id = $1 and t.record_id = $2
     union all
     select p.profile_id, greatest(p.from_position, t.since_position), p.to_position
     from record_tombstones t join past_memberships p on p.tenant_id = $1 and p.record_id = t.led_to
       and p.to_position > t.since_position and p.to_position > $3
     where t.tenant_id = $1 and t.record_id = $2
     union all
     select $2::uuid, 0, ${OPEN_END}
     where not exists (select from records where tenant_id = $1 and record_id = $2)
       and not exists (select from record_tombstones where tenant_id = $1 and record_id = $2))
   select own.* from memberships m cross join lateral (
     select ${CHANGE_COLUMNS} from changes c
     where c.tenant_id = $1 and c.profile_id = m.profile_id and c.position > $3
       and c.position >= m.from_position and c.position < m.to_position
     order by c.position limit $4) own
   union all
   select apart.* from memberships m cross join lateral (
     select ${CHANGE_COLUMNS} from changes c
     where c.tenant_id = $1 and c.position = m.from_position and c.position > $3
       and c.profile_id <> m.profile_id and m.profile_id = any(c.related_ids)) apart
   order by position limit $4`,
);

export async function recordExists(tx: Transaction, recordId: string): Promise<boolean> {
  return (await tx.query(EXISTS, [tx.tenantId, recordId])).length > 0;
}

interface MembershipRow {
  readonly recordId: string;
  readonly profileId: string;
  readonly from: number;
  readonly to: number | null;
}

/** The memberships of each record that reach beyond the position. */
export async function listMemberships(
  tx: Transaction,
  recordIds: readonly string[],
  position: number,
): Promise<Map<string, Membership[]>> {
  const rows = await tx.query<MembershipRow>(MEMBERSHIPS, [tx.tenantId, recordIds, position]);
  const memberships = new Map<string, Membership[]>(recordIds.map((recordId) => [recordId, []]));
  for (const { recordId, profileId, from, to } of rows) {
    memberships.get(recordId)!.push({ profileId, from, to: to ?? Number.POSITIVE_INFINITY });
  }
  return memberships;
}

/** The entries behind a position that concern the record, in whichever profile it was, oldest first. */
export function listRecordChanges(
  tx: Transaction,
  recordId: string,
  position: number,
  limit: number,
): Promise<Change[]> {
  return tx.query<Change>(CHANGES, [tx.tenantId, recordId, position, limit]);
}
