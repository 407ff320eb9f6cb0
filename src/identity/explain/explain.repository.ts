import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { RulingKind } from "../resolve/decision";
import { ValueStatus } from "../resolve/facts";

/** A value on a record, as evidence names it. */
export interface EvidenceLink {
  readonly recordId: string;
  readonly identifierId: string;
  readonly source: string;
  readonly assurance: Assurance;
  readonly messageId: string | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

export interface EvidenceValue {
  readonly id: string;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
  readonly status: ValueStatus;
}

export interface EvidenceRuling {
  readonly id: string;
  readonly kind: RulingKind;
  readonly reason: string | null;
  readonly madeAt: Instant;
}

const LINKS = statement(
  "identity.evidenceLinks",
  `select l.record_id as "recordId", l.identifier_id as "identifierId", l.source, l.assurance,
     l.message_id as "messageId", l.first_seen_at as "firstSeenAt", l.last_seen_at as "lastSeenAt"
   from unnest($2::uuid[], $3::uuid[]) u(record_id, identifier_id)
   cross join lateral (
     select * from identifier_links k
     where k.tenant_id = $1 and k.record_id = u.record_id and k.identifier_id = u.identifier_id limit 1) l`,
);

const VALUES = statement(
  "identity.evidenceValues",
  `select identifier_id as id, kind, namespace, value, status from identifiers
   where tenant_id = $1 and identifier_id = any($2::uuid[])`,
);

const RULINGS = statement(
  "identity.evidenceRulings",
  `select ruling_id as id, kind, reason, made_at as "madeAt" from rulings
   where tenant_id = $1 and ruling_id = any($2::uuid[])`,
);

const SHARING = statement(
  "identity.evidenceSharing",
  `select s.identifier_id as "identifierId", g.ruling_id as id, g.kind, g.reason, g.made_at as "madeAt"
   from unnest($2::uuid[]) u(identifier_id)
   cross join lateral (
     select v.identifier_id, v.ruling_id from shared_values v
     where v.tenant_id = $1 and v.identifier_id = u.identifier_id and v.to_position is null
     order by v.ruling_id limit 1) s
   cross join lateral (
     select r.ruling_id, r.kind, r.reason, r.made_at from rulings r
     where r.tenant_id = $1 and r.ruling_id = s.ruling_id limit 1) g`,
);

/** Of the pairs of a record and a value those that are linked now. */
export async function readEvidenceLinks(
  tx: Transaction,
  pairs: readonly { readonly recordId: string; readonly identifierId: string }[],
): Promise<EvidenceLink[]> {
  if (pairs.length === 0) return [];
  const rows = await tx.query<Omit<EvidenceLink, "assurance"> & { assurance: number }>(LINKS, [
    tx.tenantId,
    pairs.map(({ recordId }) => recordId),
    pairs.map(({ identifierId }) => identifierId),
  ]);
  return rows.map((row) => ({ ...row, assurance: ASSURANCES[row.assurance]! }));
}

export function readEvidenceValues(tx: Transaction, ids: readonly string[]): Promise<EvidenceValue[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.query(VALUES, [tx.tenantId, ids]);
}

/** Revoked ones too: history tells of them. */
export function readEvidenceRulings(tx: Transaction, ids: readonly string[]): Promise<EvidenceRuling[]> {
  return ids.length === 0 ? Promise.resolve([]) : tx.query(RULINGS, [tx.tenantId, ids]);
}

/** By value the ruling in force that several people use it; none where only their number says so. */
export async function readEvidenceSharing(
  tx: Transaction,
  identifierIds: readonly string[],
): Promise<Map<string, EvidenceRuling>> {
  if (identifierIds.length === 0) return new Map();
  const rows = await tx.query<EvidenceRuling & { identifierId: string }>(SHARING, [tx.tenantId, identifierIds]);
  return new Map(rows.map(({ identifierId, ...ruling }) => [identifierId, ruling]));
}
