import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";

/*
 * What histories and rulings keep of records that are taken away. An entry or a ruling that is about others too stays,
 * without every word about these records; the reasons that people wrote go with them, since nobody can tell whom a text
 * speaks of.
 */

/** The entries of every profile that the records ever were in: no other has evidence about them. */
const CONCERNED = `
  select e.event_id from (
    select unnest($2::uuid[]) as profile_id
    union select p.profile_id from past_memberships p where p.tenant_id = $1 and p.record_id = any($2::uuid[])
    union select r.profile_id from records r where r.tenant_id = $1 and r.record_id = any($2::uuid[])) c
  cross join lateral (
    select i.event_id from identity_event_profiles i
    where i.tenant_id = $1 and i.profile_id = c.profile_id offset 0) e`;

const ABOUT = (evidence: string): string =>
  `(${evidence} ->> 'recordA' = any($2::uuid[]::text[]) or ${evidence} ->> 'recordB' = any($2::uuid[]::text[]))`;

const DROP_OWN_EVENTS = statement(
  "identity.dropOwnEvents",
  `delete from identity_events e
   where e.tenant_id = $1 and e.event_id in (${CONCERNED}) and e.profile_ids <@ $2::uuid[]
   returning 1`,
);

const CLEAN_EVENTS = statement(
  "identity.cleanEvents",
  `update identity_events e set reason = null,
     profile_ids = array(
       select id from unnest(e.profile_ids) with ordinality u(id, place) where id <> all($2::uuid[]) order by place),
     evidence = (
       select coalesce(jsonb_agg(one.value order by one.place), '[]'::jsonb)
       from jsonb_array_elements(e.evidence) with ordinality one(value, place) where not ${ABOUT("one.value")})
   where e.tenant_id = $1 and e.event_id in (${CONCERNED})
     and (e.profile_ids && $2::uuid[]
       or exists (select from jsonb_array_elements(e.evidence) v(value) where ${ABOUT("v.value")}))
   returning 1`,
);

const DROP_EVENT_PROFILES = statement(
  "identity.dropEventProfiles",
  "delete from identity_event_profiles where tenant_id = $1 and profile_id = any($2::uuid[])",
);

const DROP_EVIDENCE = statement(
  "identity.dropEvidence",
  `update identity_events e set evidence = (
     select coalesce(jsonb_agg(one.value order by one.place), '[]'::jsonb)
     from jsonb_array_elements(e.evidence) with ordinality one(value, place) where not ${ABOUT("one.value")})
   where e.tenant_id = $1 and e.event_id in (${CONCERNED})
     and exists (select from jsonb_array_elements(e.evidence) v(value) where ${ABOUT("v.value")})`,
);

const TOUCHED_RULINGS = statement(
  "identity.touchedRulings",
  `delete from ruling_records m where m.tenant_id = $1 and m.record_id = any($2::uuid[]) returning m.ruling_id as id`,
);

const DROP_EMPTY_RULINGS = statement(
  "identity.dropEmptyRulings",
  `delete from rulings g
   where g.tenant_id = $1 and g.ruling_id = any($2::uuid[])
     and case g.kind when 'SAME' then 2 else 1 end > (
       select count(*) from ruling_records m where m.tenant_id = $1 and m.ruling_id = g.ruling_id and m.side = 0)
     or g.tenant_id = $1 and g.ruling_id = any($2::uuid[]) and g.kind = 'DIFFERENT' and not exists (
       select from ruling_records m where m.tenant_id = $1 and m.ruling_id = g.ruling_id and m.side = 1)
   returning 1`,
);

const SILENCE_RULINGS = statement(
  "identity.silenceRulings",
  "update rulings set reason = null where tenant_id = $1 and ruling_id = any($2::uuid[])",
);

export interface CleanedHistory {
  /** Entries that were about these records alone are gone; the others are without them. */
  readonly historyEntries: number;
  /** Rulings that named these records; those that then say nothing are gone. */
  readonly rulings: number;
}

/** Removes every word about the records from histories and rulings. To be sent before where they were is forgotten. */
export async function eraseHistory(tx: Transaction, recordIds: readonly string[]): Promise<CleanedHistory> {
  const values = [tx.tenantId, recordIds];
  const [dropped, cleaned] = await Promise.all([
    tx.query(DROP_OWN_EVENTS, values),
    tx.query(CLEAN_EVENTS, values),
    tx.query(DROP_EVENT_PROFILES, values),
  ]);
  const rulings = await forgetInRulings(tx, recordIds);
  await tx.query(SILENCE_RULINGS, [tx.tenantId, rulings]);
  return { historyEntries: dropped.length + cleaned.length, rulings: rulings.length };
}

/** Takes evidence about the records out of histories, and the records out of rulings; the entries and reasons stay. */
export async function removeFromHistory(tx: Transaction, recordIds: readonly string[]): Promise<void> {
  await tx.query(DROP_EVIDENCE, [tx.tenantId, recordIds]);
  await forgetInRulings(tx, recordIds);
}

async function forgetInRulings(tx: Transaction, recordIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(TOUCHED_RULINGS, [tx.tenantId, recordIds]);
  const ids = [...new Set(rows.map((row) => row.id))];
  if (ids.length > 0) await tx.query(DROP_EMPTY_RULINGS, [tx.tenantId, ids]);
  return ids;
}
