import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { FeedPoint } from "../../feed/cursor";
import { Delivery, DeliveryKind, DeliveryStatus } from "./webhook-endpoint";

const COLUMNS = `d.position, d.tag, d.kind, d.profile_id as "profileId", d.related_ids as "relatedIds", d.status, d.attempts,
  d.created_at as "createdAt", d.first_attempt_at as "firstAttemptAt", d.last_attempt_at as "lastAttemptAt",
  d.next_attempt_at as "nextAttemptAt", d.last_status as "lastStatus", d.last_error as "lastError"`;

const INSERT = statement(
  "connect.insertDeliveries",
  `insert into webhook_deliveries as d
     (tenant_id, endpoint_id, position, tag, kind, profile_id, related_ids, status, attempts, created_at, next_attempt_at)
   select e.tenant_id, e.endpoint_id, u.position, u.tag, u.kind, u.profile_id, u.related_ids::uuid[], 'PENDING', 0, $8, $8
   from webhook_endpoints e
   cross join unnest($3::bigint[], $4::bigint[], $5::text[], $6::uuid[], $7::text[])
     u(position, tag, kind, profile_id, related_ids)
   where e.tenant_id = $1 and e.endpoint_id = $2
   on conflict do nothing returning 1`,
);

const PENDING = statement(
  "connect.pendingDeliveries",
  `select ${COLUMNS} from webhook_deliveries d
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.status = 'PENDING' order by d.position limit $3`,
);

const SETTLE = statement(
  "connect.settleDeliveries",
  `update webhook_deliveries d set status = u.status, attempts = d.attempts + 1,
     first_attempt_at = coalesce(d.first_attempt_at, $8::timestamptz), last_attempt_at = $8,
     next_attempt_at = u.next_attempt_at, last_status = u.last_status, last_error = u.last_error
   from unnest($3::bigint[], $4::text[], $5::timestamptz[], $6::integer[], $7::text[])
     u(position, status, next_attempt_at, last_status, last_error)
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.position = u.position returning 1`,
);

const HURRY = statement(
  "connect.hurryDeliveries",
  `update webhook_deliveries d set next_attempt_at = $3
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.status = 'PENDING' and d.next_attempt_at > $3::timestamptz`,
);

const LIST = statement(
  "connect.listDeliveries",
  `select ${COLUMNS} from webhook_deliveries d
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.position < $3 order by d.position desc limit $4`,
);

const LIST_BY_STATUS = statement(
  "connect.listDeliveriesByStatus",
  `select ${COLUMNS} from webhook_deliveries d
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.status = $5 and d.position < $3 order by d.position desc limit $4`,
);

const REPLAY = statement(
  "connect.replayDeliveries",
  `update webhook_deliveries d set status = 'PENDING', attempts = 0, first_attempt_at = null, next_attempt_at = $4
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.position = any($3::bigint[]) and d.status <> 'PENDING' returning 1`,
);

const REPLAY_DEAD = statement(
  "connect.replayDeadDeliveries",
  `update webhook_deliveries d set status = 'PENDING', attempts = 0, first_attempt_at = null, next_attempt_at = $3
   where d.tenant_id = $1 and d.endpoint_id = $2 and d.status = 'DEAD' returning 1`,
);

/** Looks at the oldest alone: positions are in the order of time, but for what was replayed. */
const PRUNE = statement(
  "connect.pruneDeliveries",
  `delete from webhook_deliveries d where d.tenant_id = $1 and d.endpoint_id = $2 and d.position in (
     select o.position from (
       select p.position, p.last_attempt_at from webhook_deliveries p
       where p.tenant_id = $1 and p.endpoint_id = $2 and p.status = $3 order by p.position limit $5) o
     where o.last_attempt_at < $4::timestamptz) returning 1`,
);

/** How one attempt ended, as it is written down. */
export interface SettledDelivery {
  readonly position: number;
  readonly status: DeliveryStatus;
  readonly nextAttemptAt: Instant;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

export interface NewDelivery extends FeedPoint {
  readonly kind: DeliveryKind;
  readonly profileId: string | null;
  readonly relatedIds: readonly string[];
}

/** Deliveries that are there already, at the same positions, stay as they are. */
export async function insertDeliveries(
  tx: Transaction,
  endpointId: string,
  deliveries: readonly NewDelivery[],
  now: Instant,
): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.query(INSERT, [
    tx.tenantId,
    endpointId,
    deliveries.map(({ position }) => position),
    deliveries.map(({ tag }) => tag),
    deliveries.map(({ kind }) => kind),
    deliveries.map(({ profileId }) => profileId),
    deliveries.map(({ relatedIds }) => `{${relatedIds.join(",")}}`),
    now,
  ]);
}

/** In the order of the feed. */
export function listPending(tx: Transaction, endpointId: string, limit: number): Promise<Delivery[]> {
  return tx.query<Delivery>(PENDING, [tx.tenantId, endpointId, limit]);
}

export async function settleDeliveries(
  tx: Transaction,
  endpointId: string,
  settled: readonly SettledDelivery[],
  now: Instant,
): Promise<void> {
  await tx.query(SETTLE, [
    tx.tenantId,
    endpointId,
    settled.map(({ position }) => position),
    settled.map(({ status }) => status),
    settled.map(({ nextAttemptAt }) => nextAttemptAt),
    settled.map(({ lastStatus }) => lastStatus),
    settled.map(({ lastError }) => lastError),
    now,
  ]);
}

/** Nothing of the endpoint waits for its time any more. */
export async function hurryDeliveries(tx: Transaction, endpointId: string, now: Instant): Promise<void> {
  await tx.query(HURRY, [tx.tenantId, endpointId, now]);
}

/** Newest first, below the position named. */
export function listDeliveries(
  tx: Transaction,
  endpointId: string,
  status: DeliveryStatus | null,
  below: number | null,
  limit: number,
): Promise<Delivery[]> {
  const values = [tx.tenantId, endpointId, below ?? Number.MAX_SAFE_INTEGER, limit];
  return status === null ? tx.query<Delivery>(LIST, values) : tx.query<Delivery>(LIST_BY_STATUS, [...values, status]);
}

/** Has these sent again, or all that were given up. Answers with their number. */
export async function replayDeliveries(
  tx: Transaction,
  endpointId: string,
  positions: readonly number[] | null,
  now: Instant,
): Promise<number> {
  if (positions === null) return (await tx.query(REPLAY_DEAD, [tx.tenantId, endpointId, now])).length;
  return (await tx.query(REPLAY, [tx.tenantId, endpointId, positions, now])).length;
}

/** Forgets up to `limit` deliveries of a status whose last attempt lies before the time named. Answers with their number. */
export async function pruneDeliveries(
  tx: Transaction,
  endpointId: string,
  status: DeliveryStatus,
  before: Instant,
  limit: number,
): Promise<number> {
  return (await tx.query(PRUNE, [tx.tenantId, endpointId, status, before, limit])).length;
}
