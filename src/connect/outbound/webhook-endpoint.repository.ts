import { Sealed } from "../../access/secret-box";
import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { FeedPoint } from "../../feed/cursor";
import { EndpointProgress, StoredEndpoint } from "./webhook-endpoint";

const COLUMNS = `e.endpoint_id as id, e.url, e.description, e.kinds, e.source, e.secret_key_id, e.secret, e.previous_key_id,
  e.previous_secret, e.previous_until as "previousUntil", e.created_at as "createdAt", p.active, p.position, p.tag,
  p.failures, p.failing_since as "failingSince", p.last_success_at as "lastSuccessAt", p.last_error as "lastError"`;

const JOINED = `webhook_endpoints e
  join webhook_progress p on p.tenant_id = $1 and p.endpoint_id = e.endpoint_id`;

const INSERT = statement(
  "connect.insertWebhook",
  `insert into webhook_endpoints as e
     (tenant_id, endpoint_id, url, description, kinds, source, secret_key_id, secret, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning e.endpoint_id`,
);

const INSERT_PROGRESS = statement(
  "connect.insertWebhookProgress",
  `insert into webhook_progress as p
     (tenant_id, endpoint_id, active, position, tag, is_full, round, failures)
   values ($1, $2, true, $3, $4, false, 0, 0) returning p.endpoint_id`,
);

const UPDATE = statement(
  "connect.updateWebhook",
  `update webhook_endpoints e set url = $3, description = $4, kinds = $5, source = $6
   where e.tenant_id = $1 and e.endpoint_id = $2 returning e.endpoint_id`,
);

const ROTATE = statement(
  "connect.rotateWebhookSecret",
  `update webhook_endpoints e set previous_key_id = e.secret_key_id, previous_secret = e.secret, previous_until = $5,
     secret_key_id = $3, secret = $4
   where e.tenant_id = $1 and e.endpoint_id = $2 returning e.endpoint_id`,
);

const DELETE = statement(
  "connect.deleteWebhook",
  "delete from webhook_endpoints where tenant_id = $1 and endpoint_id = $2",
);

const FIND = statement(
  "connect.findWebhook",
  `select ${COLUMNS} from ${JOINED} where e.tenant_id = $1 and e.endpoint_id = $2`,
);

const LIST = statement(
  "connect.listWebhooks",
  `select ${COLUMNS} from ${JOINED} where e.tenant_id = $1 and ($2::uuid is null or e.endpoint_id < $2)
   order by e.endpoint_id desc limit $3`,
);

const COUNT = statement(
  "connect.countWebhooks",
  "select count(*)::integer as count from webhook_endpoints where tenant_id = $1",
);

/** The tenant's row is held, so that of two who make the last endpoint there is room for, one finds none. */
const HOLD_TENANT = statement("connect.holdTenant", "select 1 from tenants where tenant_id = $1 for no key update");

export interface KnownEndpoint extends StoredEndpoint, EndpointProgress {}

type Row = Omit<KnownEndpoint, "secret" | "previousSecret"> & {
  readonly secret_key_id: string;
  readonly secret: Buffer;
  readonly previous_key_id: string | null;
  readonly previous_secret: Buffer | null;
};

type Settings = Pick<StoredEndpoint, "url" | "description" | "kinds" | "source">;

/** How many endpoints the tenant has; no other is made before this transaction ends. */
export async function countEndpoints(tx: Transaction): Promise<number> {
  await tx.query(HOLD_TENANT, [tx.tenantId]);
  return (await tx.query<{ count: number }>(COUNT, [tx.tenantId]))[0]!.count;
}

/** A new endpoint that is told of what comes after the point. */
export async function insertEndpoint(
  tx: Transaction,
  endpoint: Settings & Pick<StoredEndpoint, "id" | "secret" | "createdAt">,
  start: FeedPoint,
): Promise<void> {
  const { id, url, description, kinds, source, secret, createdAt } = endpoint;
  await Promise.all([
    tx.query(INSERT, [tx.tenantId, id, url, description, kinds, source, secret.keyId, secret.bytes, createdAt]),
    tx.query(INSERT_PROGRESS, [tx.tenantId, id, start.position, start.tag]),
  ]);
}

export async function updateEndpoint(tx: Transaction, id: string, settings: Settings): Promise<void> {
  const { url, description, kinds, source } = settings;
  await tx.query(UPDATE, [tx.tenantId, id, url, description, kinds, source]);
}

/** The secret so far stays valid beside the new one until the time named; one that was still valid from before ends. */
export async function rotateSecret(tx: Transaction, id: string, secret: Sealed, previousUntil: Instant): Promise<void> {
  await tx.query(ROTATE, [tx.tenantId, id, secret.keyId, secret.bytes, previousUntil]);
}

/** With all of its deliveries. */
export async function deleteEndpoint(tx: Transaction, id: string): Promise<void> {
  await tx.query(DELETE, [tx.tenantId, id]);
}

export async function findEndpoint(tx: Transaction, id: string): Promise<KnownEndpoint | undefined> {
  return (await tx.query<Row>(FIND, [tx.tenantId, id])).map(known)[0];
}

/** Newest first (ids carry their time), after the endpoint named by `before`. */
export async function listEndpoints(tx: Transaction, before: string | null, limit: number): Promise<KnownEndpoint[]> {
  return (await tx.query<Row>(LIST, [tx.tenantId, before, limit])).map(known);
}

function known({ secret_key_id, secret, previous_key_id, previous_secret, ...row }: Row): KnownEndpoint {
  const previous = previous_key_id !== null && previous_secret !== null;
  return {
    ...row,
    secret: { keyId: secret_key_id, bytes: secret },
    previousSecret: previous ? { keyId: previous_key_id, bytes: previous_secret } : null,
  };
}
