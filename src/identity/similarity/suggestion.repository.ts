import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { decodeProfile } from "./described-person";
import { type Said, saidOnce, sidesContradict } from "./sides-contradict";
import type { SuggestedPair } from "./similar-pair";
import type { ReviewRules } from "./similarity-rules";

/** True where a DIFFERENT ruling stands between any record of the one customer and any of the other. */
const RULED_APART = `exists (
  select from records x
  join ruling_records m on m.tenant_id = $1 and m.record_id = x.record_id
  join rulings g on g.tenant_id = $1 and g.ruling_id = m.ruling_id and g.kind = 'DIFFERENT' and g.revoked_at is null
  join ruling_records n on n.tenant_id = $1 and n.ruling_id = m.ruling_id and n.side <> m.side
  join records y on y.tenant_id = $1 and y.record_id = n.record_id
  where x.tenant_id = $1 and x.profile_id = a.profile_id and y.profile_id = b.profile_id)`;

/* Those that are suggestions or may be, by all but what the customers say as a whole. */
const TOUCHED = statement(
  "identity.touchedPairs",
  `with touched as materialized (
     select record_a, record_b, strength, suggested from similar_pairs
     where tenant_id = $1 and record_a = any($2::uuid[])
     union
     select record_a, record_b, strength, suggested from similar_pairs
     where tenant_id = $1 and record_b = any($2::uuid[])),
   judged as materialized (
     select t.record_a, t.record_b, a.profile_id as profile_a, b.profile_id as profile_b, t.suggested,
       t.strength >= $3 and a.profile_id <> b.profile_id
         and exists (select from similarity_states s where s.tenant_id = $1 and s.ready)
         and not ${RULED_APART} as open
     from touched t
     join records a on a.tenant_id = $1 and a.record_id = t.record_a
     join records b on b.tenant_id = $1 and b.record_id = t.record_b)
   select j.record_a as "recordA", j.record_b as "recordB", j.profile_a as "profileA", j.profile_b as "profileB",
     j.suggested, j.open, case when j.open then p.comparisons end as comparisons
   from judged j
   join similar_pairs p on p.tenant_id = $1 and p.record_a = j.record_a and p.record_b = j.record_b
   where j.open or j.suggested`,
);

const SAID = statement(
  "identity.saidOfCustomers",
  `select m.profile_id as "profileId", p.profile
   from unnest($2::uuid[]) u(profile_id)
   cross join lateral (
     select r.record_id, r.profile_id from records r where r.tenant_id = $1 and r.profile_id = u.profile_id offset 0) m
   join similarity_profiles p on p.tenant_id = $1 and p.record_id = m.record_id`,
);

const MARK = statement(
  "identity.markSuggested",
  `update similar_pairs p set suggested = u.suggested
   from unnest($2::uuid[], $3::uuid[], $4::boolean[]) u(record_a, record_b, suggested)
   where p.tenant_id = $1 and p.record_a = u.record_a and p.record_b = u.record_b`,
);

const FIND = statement(
  "identity.findSuggested",
  `select p.record_a as "recordA", p.record_b as "recordB", p.strength, p.comparisons,
     a.profile_id as "profileA", b.profile_id as "profileB"
   from similar_pairs p
   join records a on a.tenant_id = $1 and a.record_id = p.record_a
   join records b on b.tenant_id = $1 and b.record_id = p.record_b
   where p.tenant_id = $1 and p.record_a = $2 and p.record_b = $3 and p.suggested`,
);

interface TouchedPair extends Omit<SuggestedPair, "strength" | "comparisons"> {
  readonly suggested: boolean;
  readonly open: boolean;
  readonly comparisons: SuggestedPair["comparisons"] | null;
}

/**
 * Judges anew whether the pairs of these records are suggestions, by what is stored of customers, rulings and persons now.
 * Until all records are compared none is; nor, where the rules ask for the guard, is one between two customers who as a
 * whole contradict each other.
 *
 * @returns the customers of whom one began or ended
 */
export async function markSuggested(
  tx: Transaction,
  recordIds: readonly string[],
  { reviewThreshold, guard }: ReviewRules,
): Promise<string[]> {
  if (recordIds.length === 0) return [];
  const touched = await tx.query<TouchedPair>(TOUCHED, [tx.tenantId, recordIds, reviewThreshold]);
  const open = touched.filter((pair) => pair.open);
  const said = guard ? await saidOf(tx, open) : new Map<string, Said[]>();
  const stands = ({ open, comparisons, profileA, profileB }: TouchedPair): boolean =>
    open && !sidesContradict({ comparisons: comparisons ?? [] }, said.get(profileA) ?? [], said.get(profileB) ?? []);
  const turned = touched.filter((pair) => pair.suggested !== stands(pair));
  if (turned.length > 0) {
    await tx.query(MARK, [
      tx.tenantId,
      turned.map(({ recordA }) => recordA),
      turned.map(({ recordB }) => recordB),
      turned.map(({ suggested }) => !suggested),
    ]);
  }
  return turned.flatMap(({ profileA, profileB }) => [profileA, profileB]);
}

/** What the records of the customers of these pairs say, each thing once. */
async function saidOf(tx: Transaction, pairs: readonly TouchedPair[]): Promise<Map<string, Said[]>> {
  const profileIds = new Set(pairs.flatMap(({ profileA, profileB }) => [profileA, profileB]));
  if (profileIds.size === 0) return new Map();
  const rows = await tx.query<{ profileId: string; profile: string }>(SAID, [tx.tenantId, [...profileIds]]);
  const texts = new Map<string, string[]>();
  for (const { profileId, profile } of rows) texts.set(profileId, [...(texts.get(profileId) ?? []), profile]);
  return new Map([...texts].map(([id, profiles]) => [id, saidOnce(profiles.map(decodeProfile))]));
}

export async function findSuggested(tx: Transaction, recordA: string, recordB: string): Promise<SuggestedPair | null> {
  return (await tx.query<SuggestedPair>(FIND, [tx.tenantId, recordA, recordB]))[0] ?? null;
}
