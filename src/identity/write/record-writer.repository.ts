import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { RecordDraft } from "./record-draft";

/*
 * Everything that changes facts of identity. What ceases to hold is first copied to the `past_` table with the position
 * at which it ceased, then changed or deleted; both travel in one round trip. The caller holds the records, and the feed's
 * counter: from which position on something holds is read there, as so many before the last one that was taken (`behind`).
 * So nobody has to wait for the counter's answer before this is sent.
 */

/** A record that is in another profile from a position on: of those just taken so many are behind that. */
export interface Move {
  readonly recordId: string;
  readonly profileId: string;
  readonly behind: number;
}

const INSERT_RECORDS = statement(
  "identity.insertRecords",
  `insert into records as r (tenant_id, record_id, source, key, claimed, profile_id, since_position, created_at)
   select f.tenant_id, u.record_id, u.source, u.key, u.claimed, u.profile_id, f.position - $7::bigint, f.at
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::uuid[])
     u(record_id, source, key, claimed, profile_id)
   where f.tenant_id = $1
   returning r.record_id`,
);

const MOVE_RECORDS = statement(
  "identity.moveRecords",
  `with moved as materialized (
     select r.record_id, r.profile_id as left_id, r.since_position, u.profile_id, f.position - u.behind as position
     from feeds f
     cross join unnest($2::uuid[], $3::uuid[], $4::bigint[]) u(record_id, profile_id, behind)
     join records r on r.tenant_id = $1 and r.record_id = u.record_id
     where f.tenant_id = $1),
   kept as (
     insert into past_memberships as p (tenant_id, record_id, profile_id, from_position, to_position)
     select $1, m.record_id, m.left_id, m.since_position, m.position from moved m
     on conflict do nothing)
   update records r set profile_id = m.profile_id, since_position = m.position
   from moved m
   where r.tenant_id = $1 and r.record_id = m.record_id`,
);

/** A record of that source and key may have been committed meanwhile: the insert then fails, and the write starts over. */
export async function insertRecords(
  tx: Transaction,
  drafts: readonly RecordDraft[],
  profileOf: (recordId: string) => string,
  behind: number,
): Promise<void> {
  if (drafts.length === 0) return;
  await tx.query(INSERT_RECORDS, [
    tx.tenantId,
    drafts.map((draft) => draft.recordId),
    drafts.map((draft) => draft.source),
    drafts.map((draft) => draft.key),
    drafts.map((draft) => draft.name.claimed),
    drafts.map((draft) => profileOf(draft.recordId)),
    behind,
  ]);
}

export async function moveRecords(tx: Transaction, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.query(MOVE_RECORDS, [
    tx.tenantId,
    moves.map((move) => move.recordId),
    moves.map((move) => move.profileId),
    moves.map((move) => move.behind),
  ]);
}
