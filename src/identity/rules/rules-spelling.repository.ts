import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { ASSURANCES, Assurance, IdentifierKind } from "../identifier-kind";
import { HeldIdentifier } from "../write/identifier.repository";
import { RecordName } from "../write/sighting";

/** One way in which a record's source wrote an identifier, and how it is normalized now. */
export interface Spelling {
  readonly recordId: string;
  readonly identifierId: string;
  readonly raw: string;
  readonly assurance: Assurance;
  readonly messageId: string | null;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

/** A link as it is stored: its first spelling, and what all its spellings come to. */
export interface StoredLink extends Spelling {
  readonly kind: IdentifierKind;
  readonly namespace: string;
}

type Row<T extends Spelling> = Omit<T, "assurance"> & { assurance: number };

const COLUMNS = (table: string): string =>
  `${table}.record_id as "recordId", ${table}.identifier_id as "identifierId", ${table}.raw, ${table}.assurance,
   ${table}.message_id as "messageId", ${table}.first_seen_at as "firstSeenAt", ${table}.last_seen_at as "lastSeenAt"`;

const LINKS = statement(
  "identity.linkSpellings",
  `select ${COLUMNS("l")}, i.kind, i.namespace
   from identifier_links l join identifiers i on i.tenant_id = $1 and i.identifier_id = l.identifier_id
   where l.tenant_id = $1 and l.record_id = any($2::uuid[])`,
);

const SPELLINGS = statement(
  "identity.moreSpellings",
  `select ${COLUMNS("s")} from identifier_spellings s
   where s.tenant_id = $1 and s.record_id = any($2::uuid[])`,
);

const NAMES = statement(
  "identity.recordNames",
  "select source, key, claimed from records where tenant_id = $1 and record_id = any($2::uuid[])",
);

const IDENTIFIERS = statement(
  "identity.findIdentifiers",
  `select identifier_id as id, kind, namespace, value, status, ruled_shared as "ruledShared" from identifiers
   where tenant_id = $1 and identifier_id = any($2::uuid[])`,
);

const DROP = statement(
  "identity.dropSpellings",
  "delete from identifier_spellings where tenant_id = $1 and record_id = any($2::uuid[])",
);

const INSERT = statement(
  "identity.insertSpellings",
  `insert into identifier_spellings as s
     (tenant_id, record_id, identifier_id, raw, assurance, message_id, first_seen_at, last_seen_at)
   select f.tenant_id, u.record_id, u.identifier_id, u.raw, u.assurance, u.message_id, u.first_seen_at, u.last_seen_at
   from feeds f
   cross join unnest($2::uuid[], $3::uuid[], $4::text[], $5::smallint[], $6::text[], $7::timestamptz[], $8::timestamptz[])
     u(record_id, identifier_id, raw, assurance, message_id, first_seen_at, last_seen_at)
   where f.tenant_id = $1
   on conflict do nothing`,
);

export interface StoredSpellings {
  readonly links: readonly StoredLink[];
  /** Of links with several spellings: all of them, as each was sent. */
  readonly spellings: readonly Spelling[];
}

/** Everything that was ever sent as an identifier of these records. Two statements, one round trip. */
export async function readSpellings(tx: Transaction, recordIds: readonly string[]): Promise<StoredSpellings> {
  const [links, spellings] = await Promise.all([
    tx.query<Row<StoredLink>>(LINKS, [tx.tenantId, recordIds]),
    tx.query<Row<Spelling>>(SPELLINGS, [tx.tenantId, recordIds]),
  ]);
  return { links: links.map(named), spellings: spellings.map(named) };
}

function named<T extends { assurance: number }>(row: T): Omit<T, "assurance"> & { assurance: Assurance } {
  return { ...row, assurance: ASSURANCES[row.assurance]! };
}

export async function readRecordNames(tx: Transaction, recordIds: readonly string[]): Promise<RecordName[]> {
  if (recordIds.length === 0) return [];
  return tx.query<RecordName>(NAMES, [tx.tenantId, recordIds]);
}

/** The stored identifiers among these ids. */
export function readIdentifiers(
  tx: Transaction,
  ids: readonly string[],
): Promise<Omit<HeldIdentifier, "isNew" | "usable">[]> {
  return tx.query(IDENTIFIERS, [tx.tenantId, ids]);
}

/** Makes these all the spellings beside the first that the records have. The caller holds the records. */
export async function replaceSpellings(
  tx: Transaction,
  recordIds: readonly string[],
  spellings: readonly Spelling[],
): Promise<void> {
  const dropped = tx.query(DROP, [tx.tenantId, recordIds]);
  const added =
    spellings.length === 0
      ? undefined
      : tx.query(INSERT, [
          tx.tenantId,
          spellings.map((one) => one.recordId),
          spellings.map((one) => one.identifierId),
          spellings.map((one) => one.raw),
          spellings.map((one) => ASSURANCES.indexOf(one.assurance)),
          spellings.map((one) => one.messageId),
          spellings.map((one) => one.firstSeenAt),
          spellings.map((one) => one.lastSeenAt),
        ]);
  await Promise.all([dropped, added]);
}
