import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";

/** How far a tenant's records have been described and compared since its rules began to ask for it. */
export interface SimilarityState {
  /** The version of the rules that began to ask. */
  readonly rulesVersion: number;
  /** Whether all of them are: before that, likeness has no say in who is who. */
  readonly ready: boolean;
  /** The last record that was, by age; null when none was. */
  readonly indexedThrough: string | null;
  readonly indexedRecords: number;
}

const COLUMNS = `rules_version as "rulesVersion", ready, indexed_through as "indexedThrough",
  indexed_records as "indexedRecords"`;

const FIND = statement("identity.similarityState", `select ${COLUMNS} from similarity_states where tenant_id = $1`);

const HOLD = statement(
  "identity.holdSimilarity",
  `select ${COLUMNS} from similarity_states where tenant_id = $1 for no key update`,
);

const HOLD_FREE = statement(
  "identity.holdFreeSimilarity",
  `select ${COLUMNS} from similarity_states where tenant_id = $1 for no key update skip locked`,
);

const BEGIN = statement(
  "identity.beginSimilarity",
  `insert into similarity_states as s (tenant_id, rules_version, ready, indexed_through, indexed_records)
   values ($1, $2, false, null, 0)
   on conflict (tenant_id) do update set
     rules_version = excluded.rules_version, ready = false, indexed_through = null, indexed_records = 0`,
);

const MOVE_ON = statement(
  "identity.moveSimilarityOn",
  `update similarity_states set indexed_through = $2, indexed_records = indexed_records + $3 where tenant_id = $1`,
);

const SET_READY = statement(
  "identity.setSimilarityReady",
  "update similarity_states set ready = true where tenant_id = $1",
);

export async function findSimilarityState(tx: Transaction): Promise<SimilarityState | null> {
  return (await tx.query<SimilarityState>(FIND, [tx.tenantId]))[0] ?? null;
}

/**
 * Holds the state until the transaction ends. Whoever changes what a record says of its person holds it: two who bring two
 * records that are alike, neither of which the other can see, meet here. To be held before any value and any record.
 */
export async function holdSimilarity(tx: Transaction): Promise<SimilarityState | null> {
  return (await tx.query<SimilarityState>(HOLD, [tx.tenantId]))[0] ?? null;
}

/** The same, but null while somebody else holds it. */
export async function holdFreeSimilarity(tx: Transaction): Promise<SimilarityState | null> {
  return (await tx.query<SimilarityState>(HOLD_FREE, [tx.tenantId]))[0] ?? null;
}

/** From now on nothing counts as described. */
export async function beginSimilarity(tx: Transaction, rulesVersion: number): Promise<void> {
  await tx.query(BEGIN, [tx.tenantId, rulesVersion]);
}

export async function moveSimilarityOn(tx: Transaction, through: string, records: number): Promise<void> {
  await tx.query(MOVE_ON, [tx.tenantId, through, records]);
}

export async function setSimilarityReady(tx: Transaction): Promise<void> {
  await tx.query(SET_READY, [tx.tenantId]);
}
