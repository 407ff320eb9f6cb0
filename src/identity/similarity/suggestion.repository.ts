import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import type { SuggestedPair } from "./similar-pair";

/** True where a DIFFERENT ruling stands between any record of the one customer and any of the other. */
const RULED_APART = `exists (
  select from records x
  join ruling_records m on m.tenant_id = $1 and m.record_id = x.record_id
  join rulings g on g.tenant_id = $1 and g.ruling_id = m.ruling_id and g.kind = 'DIFFERENT' and g.revoked_at is null
  join ruling_records n on n.tenant_id = $1 and n.ruling_id = m.ruling_id and n.side <> m.side
  join records y on y.tenant_id = $1 and y.record_id = n.record_id
  where x.tenant_id = $1 and x.profile_id = a.profile_id and y.profile_id = b.profile_id)`;

const MARK = statement(
  "identity.markSuggested",
  `with touched as materialized (
     select record_a, record_b, strength, suggested from similar_pairs
     where tenant_id = $1 and record_a = any($2::uuid[])
     union
     select record_a, record_b, strength, suggested from similar_pairs
     where tenant_id = $1 and record_b = any($2::uuid[])),
   judged as materialized (
     select t.record_a, t.record_b, a.profile_id as profile_a, b.profile_id as profile_b,
       t.strength >= $3 and a.profile_id <> b.profile_id
         and exists (select from similarity_states s where s.tenant_id = $1 and s.ready)
         and not ${RULED_APART} as suggested
     from touched t
     join records a on a.tenant_id = $1 and a.record_id = t.record_a
     join records b on b.tenant_id = $1 and b.record_id = t.record_b)
   update similar_pairs p set suggested = j.suggested from judged j
   where p.tenant_id = $1 and p.record_a = j.record_a and p.record_b = j.record_b and p.suggested <> j.suggested
   returning j.profile_a as "profileA", j.profile_b as "profileB"`,
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

/**
 * Judges anew whether the pairs of these records are suggestions, by what is stored of customers and rulings now. Until
 * all records are compared none is.
 *
 * @returns the customers of whom one began or ended
 */
export async function markSuggested(
  tx: Transaction,
  recordIds: readonly string[],
  reviewThreshold: number,
): Promise<string[]> {
  if (recordIds.length === 0) return [];
  const rows = await tx.query<Pick<SuggestedPair, "profileA" | "profileB">>(MARK, [
    tx.tenantId,
    recordIds,
    reviewThreshold,
  ]);
  return rows.flatMap(({ profileA, profileB }) => [profileA, profileB]);
}

export async function findSuggested(tx: Transaction, recordA: string, recordB: string): Promise<SuggestedPair | null> {
  return (await tx.query<SuggestedPair>(FIND, [tx.tenantId, recordA, recordB]))[0] ?? null;
}
