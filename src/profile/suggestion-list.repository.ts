import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { ListedSuggestion, PairPlace, SuggestionGroup, SuggestionPlace } from "./listed-suggestion";

/*
 * Suggestions in the order in which they are worth a person's time: the strongest first, by whole bits, and within one
 * bit the most valuable first. Value is worked out as they are read, since it changes with every interaction; so that no
 * page costs more than a fixed number of them, at most so many of one bit, the strongest, are put in order together: a
 * group. Strength alone, which an index holds, tells where a group begins and ends.
 *
 * Value is floor(log2(1 + n) + t / 180 days), with n the interactions of both customers together and t the time at which
 * either was last seen: twice the interactions count for as much as being seen half a year later. So it needs no clock,
 * and changes seldom. (The form is that of the "hot" order of Reddit's open source, which adds a logarithm of votes to an
 * age.)
 */

/** Suggestions that are put in order together. */
export const SUGGESTIONS_A_GROUP = 500;

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Before all pairs. */
export const STRONGEST: PairPlace = { strength: Number.MAX_VALUE, recordA: NOBODY, recordB: NOBODY };

const BEHIND = `p.tenant_id = $1 and p.suggested
       and p.strength <= $2 and (p.strength < $2 or (p.record_a, p.record_b) > ($3::uuid, $4::uuid))`;

const GROUP_END = statement(
  "profile.suggestionGroupEnd",
  `with next as materialized (
     select p.strength, p.record_a, p.record_b from similar_pairs p
     where ${BEHIND}
     order by p.strength desc, p.record_a, p.record_b limit $5)
   select n.strength, n.record_a as "recordA", n.record_b as "recordB" from next n
   where floor(n.strength) = (select floor(max(m.strength)) from next m)
   order by n.strength, n.record_a desc, n.record_b desc limit 1`,
);

/* Of several pairs between the same two customers the strongest stands for all. `limit` and `offset` have the others looked up pair by pair. */
const LIST = statement(
  "profile.listSuggestions",
  `with grouped as materialized (
     select p.record_a, p.record_b, p.strength, a.profile_id as profile_a, b.profile_id as profile_b,
       row_number() over (
         partition by least(a.profile_id, b.profile_id), greatest(a.profile_id, b.profile_id)
         order by p.strength desc, p.record_a, p.record_b) as place
     from similar_pairs p
     cross join lateral (
       select r.profile_id from records r where r.tenant_id = $1 and r.record_id = p.record_a limit 1) a
     cross join lateral (
       select r.profile_id from records r where r.tenant_id = $1 and r.record_id = p.record_b limit 1) b
     where ${BEHIND}
       and p.strength >= $5 and (p.strength > $5 or (p.record_a, p.record_b) <= ($6::uuid, $7::uuid))),
   valued as materialized (
     select g.*, floor(ln(1 + s.interactions) / ln(2::double precision) + s.seen / (180 * 86400)) as value
     from grouped g
     cross join lateral (
       select coalesce(sum(c.interactions), 0)::double precision as interactions,
         coalesce(extract(epoch from least(max(c.last_at), now())), 0)::double precision as seen
       from records r
       join record_activity c on c.tenant_id = $1 and c.record_id = r.record_id
       where r.tenant_id = $1 and r.profile_id = any(array[g.profile_a, g.profile_b])) s
     where g.place = 1 and not exists (
       select from records x
       join similar_pairs q on q.tenant_id = $1 and q.suggested
         and (q.record_a = x.record_id or q.record_b = x.record_id)
       join records y on y.tenant_id = $1
         and y.record_id = case when q.record_a = x.record_id then q.record_b else q.record_a end
       where x.tenant_id = $1 and x.profile_id = g.profile_a and y.profile_id = g.profile_b
         and (q.strength > g.strength
           or (q.strength = g.strength and (q.record_a, q.record_b) < (g.record_a, g.record_b)))
       offset 0))
   select v.record_a as "recordA", v.record_b as "recordB", v.strength, v.value, p.comparisons,
     v.profile_a as "profileA", v.profile_b as "profileB"
   from valued v
   join similar_pairs p on p.tenant_id = $1 and p.record_a = v.record_a and p.record_b = v.record_b
   where v.value < $8 or (v.value = $8
     and (v.strength < $9 or (v.strength = $9 and (v.record_a, v.record_b) > ($10::uuid, $11::uuid))))
   order by v.value desc, v.strength desc, v.record_a, v.record_b limit $12`,
);

/** Those that follow on a place; null: from the first on. @param aGroup how many make a group */
export async function listSuggestions(
  tx: Transaction,
  after: SuggestionPlace | null,
  count: number,
  aGroup = SUGGESTIONS_A_GROUP,
): Promise<ListedSuggestion[]> {
  const listed: ListedSuggestion[] = [];
  let behind = after;
  for (
    let group = after?.group ?? (await findGroup(tx, STRONGEST, aGroup));
    group !== null && listed.length < count;
  ) {
    const rows = await readGroup(tx, group, behind, count - listed.length);
    for (const row of rows) listed.push({ ...row, group });
    behind = null;
    if (listed.length < count) group = await findGroup(tx, group.to, aGroup);
  }
  return listed;
}

async function findGroup(tx: Transaction, from: PairPlace, aGroup: number): Promise<SuggestionGroup | null> {
  const [to] = await tx.query<PairPlace>(GROUP_END, [tx.tenantId, ...keysOf(from), aGroup]);
  return to === undefined ? null : { from, to };
}

function readGroup(
  tx: Transaction,
  { from, to }: SuggestionGroup,
  behind: SuggestionPlace | null,
  count: number,
): Promise<Omit<ListedSuggestion, "group">[]> {
  const place = [behind?.value ?? Number.MAX_VALUE, ...keysOf(behind ?? STRONGEST)];
  return tx.query(LIST, [tx.tenantId, ...keysOf(from), ...keysOf(to), ...place, count]);
}

function keysOf({ strength, recordA, recordB }: PairPlace): [number, string, string] {
  return [strength, recordA, recordB];
}
