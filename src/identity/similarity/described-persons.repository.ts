import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { ValueStatus } from "../resolve/facts";
import { PROFILE_ATTRIBUTES } from "./person-profile";

/** A link of a kind by which persons are compared. */
export interface ComparedLink {
  readonly recordId: string;
  readonly identifierId: string;
  readonly assurance: Assurance;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
  readonly status: ValueStatus;
}

const LINKS = statement(
  "identity.comparedLinks",
  `select l.record_id as "recordId", l.identifier_id as "identifierId", l.assurance,
     i.kind, i.namespace, i.value, i.status
   from identifier_links l
   join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.record_id = any($2::uuid[]) and l.assurance > 0`,
);

const ATTRIBUTES = statement(
  "identity.comparedAttributes",
  `select record_id as "recordId", name, value from attribute_observations
   where tenant_id = $1 and record_id = any($2::uuid[]) and trusted and name = any($3::text[])`,
);

const CARRIERS = statement(
  "identity.trustedCarriers",
  `select distinct record_id as "recordId" from identifier_links
   where tenant_id = $1 and identifier_id = any($2::uuid[]) and assurance > 0`,
);

/** The links of these records that are more than claims. */
export async function readComparedLinks(tx: Transaction, recordIds: readonly string[]): Promise<ComparedLink[]> {
  if (recordIds.length === 0) return [];
  type Row = Omit<ComparedLink, "assurance"> & { assurance: number };
  const rows = await tx.query<Row>(LINKS, [tx.tenantId, recordIds]);
  return rows.map((row) => ({ ...row, assurance: ASSURANCES[row.assurance]! }));
}

/** By record, the attributes from trusted senders by which persons are compared. */
export async function readComparedAttributes(
  tx: Transaction,
  recordIds: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  const persons = new Map<string, Record<string, unknown>>();
  if (recordIds.length === 0) return persons;
  const values = [tx.tenantId, recordIds, [...PROFILE_ATTRIBUTES]];
  const rows = await tx.query<{ recordId: string; name: string; value: unknown }>(ATTRIBUTES, values);
  for (const { recordId, name, value } of rows) persons.set(recordId, { ...persons.get(recordId), [name]: value });
  return persons;
}

/** The records that carry one of these values by more than a claim. */
export async function listTrustedCarriers(tx: Transaction, identifierIds: readonly string[]): Promise<string[]> {
  if (identifierIds.length === 0) return [];
  const rows = await tx.query<{ recordId: string }>(CARRIERS, [tx.tenantId, identifierIds]);
  return rows.map(({ recordId }) => recordId);
}
