import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

/*
 * Entries about what is taken away. Positions stay dense and every cursor stays good: an entry is never deleted, but
 * loses all that it told. Entries that speak of a profile are found by the index of profiles, within the stretches of the
 * feed in which the records were in it.
 */

const MEMBERSHIPS = `
  select r.profile_id, r.since_position as from_position, 9223372036854775807 as to_position
  from records r where r.tenant_id = $1 and r.record_id = any($2::uuid[])
  union all
  select p.profile_id, p.from_position, p.to_position
  from past_memberships p where p.tenant_id = $1 and p.record_id = any($2::uuid[])`;

/** Entries filed under ids that nobody has any more, and those of the records' interactions wherever they are filed. */
const NEUTRALIZE = statement(
  "feed.neutralize",
  `update changes c set kind = 'PROFILE_ERASED', profile_id = $3, related_ids = '{}', record_id = null,
     interaction_id = null, source = null, channel = null
   where c.tenant_id = $1 and c.position in (
     select o.position from changes o
     where o.tenant_id = $1 and o.profile_id = any($2::uuid[]) and o.position > $4
       and (o.record_id is null or o.record_id = any($2::uuid[]))
     union
     select o.position from (${MEMBERSHIPS}) m
     join changes o on o.tenant_id = $1 and o.profile_id = m.profile_id
       and o.position >= m.from_position and o.position < m.to_position and o.position > $4
       and o.record_id = any($2::uuid[]))
   returning 1`,
);

/**
 * Entries of the record's interactions only say that something changed; they stay where they are filed, which may be under
 * a customer who was erased since.
 */
const SILENCE = statement(
  "feed.silence",
  `update changes c set kind = case
       when exists (select from records r where r.tenant_id = $1 and r.record_id = c.profile_id)
         or exists (select from record_tombstones t where t.tenant_id = $1 and t.record_id = c.profile_id)
       then 'PROFILE_UPDATED' else 'PROFILE_ERASED' end, record_id = null, interaction_id = null, source = null, channel = null
   where c.tenant_id = $1 and c.position in (
     select o.position from (${MEMBERSHIPS}) m
     join changes o on o.tenant_id = $1 and o.profile_id = m.profile_id
       and o.position >= m.from_position and o.position < m.to_position and o.position > $3
       and o.record_id = any($2::uuid[]))
   returning 1`,
);

/**
 * Turns every entry behind the position that is about these ids alone into one that says no more than that the customer
 * `profileId` was erased. Answers with their number. To be sent while the records and their memberships are there.
 */
export async function neutralizeEntries(
  tx: Transaction,
  ids: readonly string[],
  profileId: string,
  after: number,
): Promise<number> {
  return (await tx.query(NEUTRALIZE, [tx.tenantId, ids, profileId, after])).length;
}

/** Takes the record's interactions out of the entries behind the position. Answers with their number. */
export async function silenceEntries(tx: Transaction, recordId: string, after: number): Promise<number> {
  return (await tx.query(SILENCE, [tx.tenantId, [recordId], after])).length;
}
