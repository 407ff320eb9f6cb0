import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { IdentifierKind } from "../identifier-kind";
import { NormalizedIdentifier } from "../normalize/normalize-identifier";
import { ValueStatus } from "../resolve/facts";

/** An identifier's row, held by this transaction. */
export interface HeldIdentifier {
  readonly id: string;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
  readonly status: ValueStatus;
  /** True when no transaction had it before, so that nobody carries it yet. */
  readonly isNew: boolean;
  /** Whether it may join by the rules in force; the stored status may still be that of earlier rules. */
  readonly usable: boolean;
  /** Whether a person decided that several people use it. */
  readonly ruledShared: boolean;
}

/** How many records of one source carry a value. */
export interface SourceCount {
  readonly identifierId: string;
  readonly source: string;
  trusted: number;
  all: number;
}

const INSERT = statement(
  "identity.insertIdentifiers",
  `insert into identifiers as i (tenant_id, identifier_id, kind, namespace, value, status)
   select f.tenant_id, u.identifier_id, u.kind, u.namespace, u.value, u.status
   from feeds f
   cross join unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])
     u(identifier_id, kind, namespace, value, status)
   where f.tenant_id = $1
   order by u.identifier_id
   on conflict do nothing
   returning i.identifier_id`,
);

const LOCK = statement(
  "identity.lockIdentifiers",
  `select identifier_id as id, kind, namespace, value, status, ruled_shared as "ruledShared" from identifiers
   where tenant_id = $1 and identifier_id = any($2::uuid[]) order by identifier_id for no key update`,
);

const COUNT = statement(
  "identity.countCarriers",
  `select identifier_id as "identifierId", source,
     count(*) filter (where assurance > 0)::integer as trusted, count(*)::integer as "all"
   from identifier_links where tenant_id = $1 and identifier_id = any($2::uuid[]) group by identifier_id, source`,
);

const SET_STATUS = statement(
  "identity.setIdentifierStatus",
  `update identifiers i set status = u.status
   from unnest($2::uuid[], $3::text[]) u(identifier_id, status)
   where i.tenant_id = $1 and i.identifier_id = u.identifier_id`,
);

const VALUES = statement(
  "identity.identifierValues",
  `select distinct i.identifier_id as id, i.value from identifier_links l
   join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.record_id = any($2::uuid[])`,
);

/**
 * Makes sure the identifiers exist and holds their rows until the transaction ends, in the order of their ids. Two
 * transactions that bring the same value to two new records meet here, where neither can see the other's record yet.
 */
export async function holdIdentifiers(
  tx: Transaction,
  identifiers: readonly NormalizedIdentifier[],
  alsoIds: readonly string[],
): Promise<Map<string, HeldIdentifier>> {
  if (identifiers.length === 0 && alsoIds.length === 0) return new Map();
  const inserted = tx.query<{ identifier_id: string }>(INSERT, [
    tx.tenantId,
    identifiers.map((identifier) => identifier.id),
    identifiers.map((identifier) => identifier.kind),
    identifiers.map((identifier) => identifier.namespace),
    identifiers.map((identifier) => identifier.value),
    identifiers.map((identifier) => (identifier.usable ? "LIVE" : "UNUSABLE")),
  ]);
  const ids = [...identifiers.map((identifier) => identifier.id), ...alsoIds];
  const held = await tx.query<Omit<HeldIdentifier, "isNew" | "usable">>(LOCK, [tx.tenantId, ids]);
  const created = new Set((await inserted).map((row) => row.identifier_id));
  const usable = new Map(identifiers.map((identifier) => [identifier.id, identifier.usable]));
  return new Map(
    held.map((row) => [
      row.id,
      { ...row, isNew: created.has(row.id), usable: usable.get(row.id) ?? row.status !== "UNUSABLE" },
    ]),
  );
}

/** By source, how many records carry each value. Reads an index entry a carrier: not for values known to be shared. */
export function countCarriers(tx: Transaction, identifierIds: readonly string[]): Promise<SourceCount[]> {
  if (identifierIds.length === 0) return Promise.resolve([]);
  return tx.query<SourceCount>(COUNT, [tx.tenantId, identifierIds]);
}

export async function setIdentifierStatus(tx: Transaction, statuses: ReadonlyMap<string, ValueStatus>): Promise<void> {
  if (statuses.size === 0) return;
  await tx.query(SET_STATUS, [tx.tenantId, [...statuses.keys()], [...statuses.values()]]);
}

/** The values of all identifiers that some records carry, by identifier id. */
export async function readIdentifierValues(
  tx: Transaction,
  recordIds: readonly string[],
): Promise<Map<string, string>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<{ id: string; value: string }>(VALUES, [tx.tenantId, recordIds]);
  return new Map(rows.map((row) => [row.id, row.value]));
}
