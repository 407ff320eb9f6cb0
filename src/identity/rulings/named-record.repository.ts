import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ANONYMOUS_KINDS, ASSURANCES, IdentifierKind } from "../identifier-kind";
import { isSureEnough, ResolutionRules } from "../resolve/resolution-rules";

const NAMED = statement(
  "identity.namedRecords",
  `select distinct l.record_id as "recordId", l.assurance, i.kind
   from unnest($2::uuid[]) u(record_id)
   cross join lateral (
     select k.record_id, k.identifier_id, k.assurance from identifier_links k
     where k.tenant_id = $1 and k.record_id = u.record_id and k.assurance > 0 offset 0) l
   join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where i.status <> 'UNUSABLE' and i.kind <> all($3::text[])`,
);

/** Of these records those that hold a trusted identifier other than a cookie or a device: they are known to be somebody's. */
export async function findNamedRecords(
  tx: Transaction,
  recordIds: readonly string[],
  rules: ResolutionRules,
): Promise<Set<string>> {
  if (recordIds.length === 0) return new Set();
  const values = [tx.tenantId, recordIds, [...ANONYMOUS_KINDS]];
  const rows = await tx.query<{ recordId: string; assurance: number; kind: IdentifierKind }>(NAMED, values);
  return new Set(
    rows.flatMap(({ recordId, assurance, kind }) =>
      isSureEnough(rules, kind, ASSURANCES[assurance]!) ? [recordId] : [],
    ),
  );
}
