import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

/** The count stops here: nobody needs to know how many more. */
export const MOST_CUSTOMERS = 101;

/** How many carriers are looked at; a customer may have several of them. */
const MOST_CARRIERS = 2_000;

const COUNT = statement(
  "profile.countCustomersOf",
  `select u.identifier_id as id, (
     select count(*)::integer from (
       select distinct r.profile_id from (
         select l.record_id from identifier_links l
         where l.tenant_id = $1 and l.identifier_id = u.identifier_id limit $4) c
       join records r on r.tenant_id = $1 and r.record_id = c.record_id limit $3) p) as customers
   from unnest($2::uuid[]) u(identifier_id)`,
);

/** By identifier, how many customers carry it, as far as they are counted. */
export async function countCustomers(tx: Transaction, identifierIds: readonly string[]): Promise<Map<string, number>> {
  const values = [tx.tenantId, identifierIds, MOST_CUSTOMERS, MOST_CARRIERS];
  const rows = await tx.query<{ id: string; customers: number }>(COUNT, values);
  return new Map(rows.map(({ id, customers }) => [id, customers]));
}
