import { Instant } from "../db/column-types";
import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";
import { QueryToken } from "./search-tokens";

/** How far the terms' entries are counted to find the rarest: a count is a hundredth of what looking at them costs. */
const COUNTED = 6000;
/** How many entries of the rarest term are looked at. */
const SCANNED = 1000;
/** How many records are looked at closely: the profiles that a search can find, over all its pages. */
const CHOSEN = 200;
/** The last character there is: what begins with a prefix lies between the prefix and the prefix followed by this. */
const LAST_CHARACTER = "\u{10ffff}";

/** Where a profile stands among the results: how many terms it matches exactly, when it was last seen, its id. */
export interface SearchPlace {
  readonly exact: number;
  readonly lastSeenAt: Instant;
  readonly id: string;
}

/*
 * The rarest term drives: its records are read from the index (whole words before longer ones), those that hold the other
 * terms as well are taken first, and their profiles are then judged as a whole, since the terms may stand on different
 * records of one customer. Every step has its bound, so that a first name which every fifth customer has, or a single
 * letter, costs no more than a rare word. The price: of a term with more than SCANNED entries not all are looked at.
 * Filters compare texts and uuids only; anything else would lose its index to row-level security.
 */
const SEARCH = statement(
  "profile.search",
  `with terms as materialized (
     select t.low, t.high, t.place,
       (select count(*) from (
          select from search_tokens s
          where cardinality($2::text[]) > 1 and s.tenant_id = $1 and s.token >= t.low and s.token <= t.high
          limit ${COUNTED}) c) as size
     from unnest($2::text[], $3::text[]) with ordinality t(low, high, place)),
   driver as materialized (select t.* from terms t order by t.size, t.place limit 1),
   hits as materialized (
     select s.record_id, s.exact from driver d
     cross join lateral (
       select s.record_id, (s.token = d.low)::integer as exact from search_tokens s
       where s.tenant_id = $1 and s.token >= d.low and s.token <= d.high
       order by s.token, s.record_id limit $4) s),
   chosen as materialized (
     select h.record_id, h.exact from hits h
     cross join lateral (
       select count(*) as terms from driver d join terms t on t.place <> d.place and d.size > ${CHOSEN}
       where exists (
         select from search_tokens s
         where s.tenant_id = $1 and s.record_id = h.record_id and s.token >= t.low and s.token <= t.high)) o
     order by o.terms desc, h.exact desc, h.record_id limit ${CHOSEN}),
   candidates as materialized (
     select r.profile_id, max(c.exact) as exact
     from chosen c
     cross join lateral (
       select r.profile_id from records r where r.tenant_id = $1 and r.record_id = c.record_id limit 1) r
     group by r.profile_id),
   matched as materialized (
     select c.profile_id, (c.exact + coalesce(others.exact, 0))::integer as exact from candidates c
     cross join lateral (
       select count(*) as terms, count(e.exact) as found, sum(e.exact) as exact
       from driver d join terms t on t.place <> d.place
       cross join lateral (
         select max((s.token = t.low)::integer) as exact from records m
         join search_tokens s
           on s.tenant_id = $1 and s.record_id = m.record_id and s.token >= t.low and s.token <= t.high
         where m.tenant_id = $1 and m.profile_id = c.profile_id) e) others
     where others.found = others.terms)
   select m.profile_id as id, m.exact, a.last_at as "lastSeenAt" from matched m
   cross join lateral (
     select max(a.last_at) as last_at from records r
     join record_activity a on a.tenant_id = $1 and a.record_id = r.record_id
     where r.tenant_id = $1 and r.profile_id = m.profile_id) a
   where m.exact < $5 or (m.exact = $5 and (a.last_at < $6 or (a.last_at = $6 and m.profile_id > $7)))
   order by m.exact desc, a.last_at desc, m.profile_id limit $8`,
);

const BEFORE_ALL: SearchPlace = { exact: 1_000, lastSeenAt: "infinity", id: "00000000-0000-0000-0000-000000000000" };

/** Up to `limit` profiles that hold all of the terms, behind `after`, best match first. */
export function searchProfiles(
  tx: Transaction,
  terms: readonly QueryToken[],
  after: SearchPlace | null,
  limit: number,
): Promise<SearchPlace[]> {
  const { exact, lastSeenAt, id } = after ?? BEFORE_ALL;
  return tx.query<SearchPlace>(SEARCH, [
    tx.tenantId,
    terms.map(({ token }) => token),
    terms.map(({ token, prefix }) => (prefix ? token + LAST_CHARACTER : token)),
    Math.ceil(SCANNED / Math.max(1, terms.length - 1)),
    exact,
    lastSeenAt,
    id,
    limit,
  ]);
}
