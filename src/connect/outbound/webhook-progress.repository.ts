import { Instant } from "../../db/column-types";
import { statement } from "../../db/statement";
import { Transaction } from "../../db/transaction";
import { FeedPoint } from "../../feed/cursor";

/*
 * How far each endpoint has come. A round is the work of one server on one endpoint: it begins by taking the row for some
 * seconds and counts it up, and whatever it writes later holds only while it is still the last one that was begun.
 */

const SWEEP = statement(
  "connect.sweepWebhooks",
  `select p.tenant_id as "tenantId", p.endpoint_id as "endpointId",
     (p.busy_until is null or p.busy_until <= $1::timestamptz) and (
       p.due_at <= $1::timestamptz
       or (not p.is_full and f.position > p.position and (p.hold_until is null or p.hold_until <= $1::timestamptz)))
       as "isDue"
   from webhook_progress p
   join feeds f on f.tenant_id = p.tenant_id
   join tenants t on t.tenant_id = p.tenant_id
   where p.active and t.suspended_at is null`,
);

const BEGIN_ROUND = statement(
  "connect.beginWebhookRound",
  `update webhook_progress p set busy_until = $4, round = p.round + 1
   where p.tenant_id = $1 and p.endpoint_id = $2 and p.active and (p.busy_until is null or p.busy_until <= $3::timestamptz)
     and exists (select from tenants t where t.tenant_id = $1 and t.suspended_at is null)
   returning p.round`,
);

const HOLD_ROUND = statement(
  "connect.holdWebhookRound",
  `update webhook_progress p set busy_until = $4
   where p.tenant_id = $1 and p.endpoint_id = $2 and p.round = $3
   returning p.active, p.position, p.tag, p.failures, p.failing_since as "failingSince", p.hold_until as "holdUntil",
     exists (select from tenants t where t.tenant_id = $1 and t.suspended_at is not null) as "isSuspended"`,
);

const MOVE = statement(
  "connect.moveWebhook",
  `update webhook_progress p set position = $3, tag = $4
   where p.tenant_id = $1 and p.endpoint_id = $2 returning p.endpoint_id`,
);

const SUCCEED = statement(
  "connect.webhookSucceeded",
  `update webhook_progress p set failures = 0, failing_since = null, hold_until = null, last_error = null, last_success_at = $3
   where p.tenant_id = $1 and p.endpoint_id = $2 returning p.endpoint_id`,
);

const FAIL = statement(
  "connect.webhookFailed",
  `update webhook_progress p set failures = p.failures + 1, failing_since = coalesce(p.failing_since, $3::timestamptz),
     hold_until = $4, last_error = $5
   where p.tenant_id = $1 and p.endpoint_id = $2 returning p.endpoint_id`,
);

const END_ROUND = statement(
  "connect.endWebhookRound",
  `update webhook_progress p set busy_until = null, due_at = $4, is_full = $5
   where p.tenant_id = $1 and p.endpoint_id = $2 and p.round = $3 returning p.endpoint_id`,
);

const SET_ACTIVE = statement(
  "connect.setWebhookActive",
  `update webhook_progress p set active = $3, hold_until = null, due_at = $4, last_error = coalesce($5, p.last_error)
   where p.tenant_id = $1 and p.endpoint_id = $2 returning p.endpoint_id`,
);

const WAKE = statement(
  "connect.wakeWebhook",
  `update webhook_progress p set due_at = $3, hold_until = null
   where p.tenant_id = $1 and p.endpoint_id = $2 returning p.endpoint_id`,
);

/** An endpoint that is not paused, and whether there is something to do for it. */
export interface SweptEndpoint {
  readonly tenantId: string;
  readonly endpointId: string;
  readonly isDue: boolean | null;
}

/** What a round finds when it looks at its endpoint anew. */
export interface RoundProgress extends FeedPoint {
  readonly active: boolean;
  /** Its tenant is shut: nothing more leaves until it is opened again. */
  readonly isSuspended: boolean;
  readonly failures: number;
  readonly failingSince: Instant | null;
  readonly holdUntil: Instant | null;
}

/** All endpoints that are not paused, of all tenants: to be asked where only such lists can be seen. */
export function sweepEndpoints(tx: Transaction, now: Instant): Promise<SweptEndpoint[]> {
  return tx.query<SweptEndpoint>(SWEEP, [now]);
}

/**
 * Takes the endpoint until the time named. Answers with the round's number, or null while another server has it or its
 * tenant is suspended.
 */
export async function beginRound(
  tx: Transaction,
  endpointId: string,
  now: Instant,
  until: Instant,
): Promise<number | null> {
  const [row] = await tx.query<{ round: number }>(BEGIN_ROUND, [tx.tenantId, endpointId, now, until]);
  return row?.round ?? null;
}

/** Keeps the endpoint for longer, and its row until this transaction ends; null when another round was begun since. */
export async function holdRound(
  tx: Transaction,
  endpointId: string,
  round: number,
  until: Instant,
): Promise<RoundProgress | null> {
  return (await tx.query<RoundProgress>(HOLD_ROUND, [tx.tenantId, endpointId, round, until]))[0] ?? null;
}

/** The feed has been gone through for the endpoint up to this point. */
export async function moveEndpoint(tx: Transaction, endpointId: string, { position, tag }: FeedPoint): Promise<void> {
  await tx.query(MOVE, [tx.tenantId, endpointId, position, tag]);
}

export async function noteSuccess(tx: Transaction, endpointId: string, now: Instant): Promise<void> {
  await tx.query(SUCCEED, [tx.tenantId, endpointId, now]);
}

/** Nothing was taken this time: the endpoint is left alone until `holdUntil`. */
export async function noteFailure(
  tx: Transaction,
  endpointId: string,
  now: Instant,
  holdUntil: Instant,
  error: string,
): Promise<void> {
  await tx.query(FAIL, [tx.tenantId, endpointId, now, holdUntil, error]);
}

/** Lets the endpoint go. It is due again at `dueAt`, or when its feed moves and it has room. */
export async function endRound(
  tx: Transaction,
  endpointId: string,
  round: number,
  { dueAt, isFull }: { readonly dueAt: Instant | null; readonly isFull: boolean },
): Promise<void> {
  await tx.query(END_ROUND, [tx.tenantId, endpointId, round, dueAt, isFull]);
}

/** Pauses the endpoint, or has it go on where it is. */
export async function setActive(
  tx: Transaction,
  endpointId: string,
  active: boolean,
  now: Instant,
  reason: string | null = null,
): Promise<void> {
  await tx.query(SET_ACTIVE, [tx.tenantId, endpointId, active, now, reason]);
}

/** Has the endpoint looked at without waiting for anything. */
export async function wakeEndpoint(tx: Transaction, endpointId: string, now: Instant): Promise<void> {
  await tx.query(WAKE, [tx.tenantId, endpointId, now]);
}
