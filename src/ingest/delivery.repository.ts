import { statement } from "../db/statement";
import { Transaction } from "../db/transaction";

/** One message in the ledger. */
export interface Delivery {
  readonly deliveryId: string;
  readonly payloadHash: string;
  readonly interactionId: string;
}

/** A message that was delivered before, and what became of it; without ids where its interaction has been removed. */
export interface KnownDelivery {
  readonly deliveryId: string;
  readonly payloadHash: string;
  readonly interactionId: string | null;
  readonly profileId: string | null;
}

const CLAIM = statement(
  "ingest.claimDeliveries",
  `insert into deliveries as d (tenant_id, delivery_id, payload_hash, interaction_id)
   select f.tenant_id, u.delivery_id, u.payload_hash, u.interaction_id
   from feeds f
   cross join unnest($2::uuid[], $3::uuid[], $4::uuid[]) u(delivery_id, payload_hash, interaction_id)
   where f.tenant_id = $1
   on conflict do nothing
   returning d.delivery_id`,
);

const FIND = statement(
  "ingest.findDeliveries",
  `select d.delivery_id as "deliveryId", d.payload_hash as "payloadHash", i.interaction_id as "interactionId",
     r.profile_id as "profileId"
   from deliveries d
   left join interactions i on i.tenant_id = $1 and i.interaction_id = d.interaction_id
   left join records r on r.tenant_id = $1 and r.record_id = i.record_id
   where d.tenant_id = $1 and d.delivery_id = any($2::uuid[])`,
);

const HASH_KEY = statement("ingest.hashKey", "select hash_key from tenants where tenant_id = $1");

/**
 * Enters messages into the ledger and answers with the ids of those that were not in it. Waits for a transaction that
 * is entering one of them, so that of two deliveries at once exactly one goes in. Expects them sorted by id.
 */
export async function claimDeliveries(tx: Transaction, deliveries: readonly Delivery[]): Promise<Set<string>> {
  if (deliveries.length === 0) return new Set();
  const rows = await tx.query<{ delivery_id: string }>(CLAIM, [
    tx.tenantId,
    deliveries.map((delivery) => delivery.deliveryId),
    deliveries.map((delivery) => delivery.payloadHash),
    deliveries.map((delivery) => delivery.interactionId),
  ]);
  return new Set(rows.map((row) => row.delivery_id));
}

export async function findDeliveries(
  tx: Transaction,
  deliveryIds: readonly string[],
): Promise<Map<string, KnownDelivery>> {
  if (deliveryIds.length === 0) return new Map();
  const rows = await tx.query<KnownDelivery>(FIND, [tx.tenantId, deliveryIds]);
  return new Map(rows.map((row) => [row.deliveryId, row]));
}

/** The key under which this tenant's message ids are digested. */
export async function findHashKey(tx: Transaction): Promise<Buffer | null> {
  const [row] = await tx.query<{ hash_key: Buffer }>(HASH_KEY, [tx.tenantId]);
  return row?.hash_key ?? null;
}
