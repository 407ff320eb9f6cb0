import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { Change } from "../../feed/change";
import { InvolvedRecord } from "./webhook-message";

/*
 * The records of the profiles that an entry names, as of its position; and of those that the entry itself moved, where they
 * were before. Found by profile, within each membership's stretch of the feed.
 */
const INVOLVED = statement(
  "connect.involvedRecords",
  `select u.place::integer as place, r.record_id as id, r.source, r.key, r.claimed, m.profile_id as "profileId",
     m.to_position = u.position as left
   from unnest($2::integer[], $3::uuid[], $4::bigint[]) u(place, profile_id, position)
   cross join lateral (
     select n.record_id, n.profile_id, null::bigint as to_position from records n
     where n.tenant_id = $1 and n.profile_id = u.profile_id and n.since_position <= u.position
     union all
     select p.record_id, p.profile_id, p.to_position from past_memberships p
     where p.tenant_id = $1 and p.profile_id = u.profile_id and p.to_position >= u.position
       and p.from_position <= u.position) m
   join records r on r.tenant_id = $1 and r.record_id = m.record_id`,
);

interface InvolvedRow {
  readonly place: number;
  readonly id: string;
  readonly source: string;
  readonly key: string;
  readonly claimed: boolean;
  readonly profileId: string;
  readonly left: boolean | null;
}

/** For each entry, in their order: the source records involved, the oldest first. Records removed since are not among them. */
export async function listInvolvedRecords(tx: Transaction, changes: readonly Change[]): Promise<InvolvedRecord[][]> {
  if (changes.length === 0) return [];
  const asked = changes.flatMap(({ profileId, relatedIds, position }, place) =>
    [profileId, ...relatedIds].map((id) => ({ place, id, position })),
  );
  const rows = await tx.query<InvolvedRow>(INVOLVED, [
    tx.tenantId,
    asked.map(({ place }) => place),
    asked.map(({ id }) => id),
    asked.map(({ position }) => position),
  ]);
  const found = changes.map(() => new Map<string, { here?: InvolvedRow; before?: InvolvedRow }>());
  for (const row of rows) {
    const records = found[row.place]!;
    const known = records.get(row.id) ?? {};
    records.set(row.id, row.left === true ? { ...known, before: row } : { ...known, here: row });
  }
  return found.map((records) =>
    [...records.values()]
      .flatMap(({ here, before }) => (here === undefined ? [] : [involved(here, before)]))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

function involved(here: InvolvedRow, before: InvolvedRow | undefined): InvolvedRecord {
  const { id, source, key, claimed, profileId } = here;
  const moved = before !== undefined && before.profileId !== profileId;
  return {
    id,
    source,
    key,
    ...(claimed ? { claimed } : {}),
    profileId,
    ...(moved ? { formerProfileId: before.profileId } : {}),
  };
}
