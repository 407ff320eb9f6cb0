import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import type { SimilarPair, SuggestedPair } from "./similar-pair";

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
     select t.record_a, t.record_b,
       t.strength >= $3 and a.profile_id <> b.profile_id and not ${RULED_APART} as suggested
     from touched t
     join records a on a.tenant_id = $1 and a.record_id = t.record_a
     join records b on b.tenant_id = $1 and b.record_id = t.record_b)
   update similar_pairs p set suggested = j.suggested from judged j
   where p.tenant_id = $1 and p.record_a = j.record_a and p.record_b = j.record_b and p.suggested <> j.suggested`,
);

/* Of several pairs between the same two customers the strongest stands for all. */
const LIST = statement(
  "identity.listSuggested",
  `select p.record_a as "recordA", p.record_b as "recordB", p.strength, p.comparisons,
     a.profile_id as "profileA", b.profile_id as "profileB"
   from similar_pairs p
   join records a on a.tenant_id = $1 and a.record_id = p.record_a
   join records b on b.tenant_id = $1 and b.record_id = p.record_b
   where p.tenant_id = $1 and p.suggested
     and (p.strength < $2 or (p.strength = $2 and (p.record_a, p.record_b) > ($3::uuid, $4::uuid)))
     and not exists (
       select from records x
       join similar_pairs q on q.tenant_id = $1 and q.suggested
         and (q.record_a = x.record_id or q.record_b = x.record_id)
       join records y on y.tenant_id = $1
         and y.record_id = case when q.record_a = x.record_id then q.record_b else q.record_a end
       where x.tenant_id = $1 and x.profile_id = a.profile_id and y.profile_id = b.profile_id
         and (q.strength > p.strength
           or (q.strength = p.strength and (q.record_a, q.record_b) < (p.record_a, p.record_b))))
   order by p.strength desc, p.record_a, p.record_b limit $5`,
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

/** Judges anew whether the pairs of these records are suggestions, by what is stored of customers and rulings now. */
export async function markSuggested(
  tx: Transaction,
  recordIds: readonly string[],
  reviewThreshold: number,
): Promise<void> {
  if (recordIds.length > 0) await tx.query(MARK, [tx.tenantId, recordIds, reviewThreshold]);
}

/** Where a page of suggestions begins: behind this one. */
export type SuggestionPlace = Pick<SimilarPair, "strength" | "recordA" | "recordB">;

const FIRST: SuggestionPlace = {
  strength: Number.MAX_VALUE,
  recordA: "00000000-0000-0000-0000-000000000000",
  recordB: "00000000-0000-0000-0000-000000000000",
};

/** Strongest first. */
export function listSuggested(tx: Transaction, after: SuggestionPlace | null, limit: number): Promise<SuggestedPair[]> {
  const { strength, recordA, recordB } = after ?? FIRST;
  return tx.query<SuggestedPair>(LIST, [tx.tenantId, strength, recordA, recordB, limit]);
}

export async function findSuggested(tx: Transaction, recordA: string, recordB: string): Promise<SuggestedPair | null> {
  return (await tx.query<SuggestedPair>(FIND, [tx.tenantId, recordA, recordB]))[0] ?? null;
}
