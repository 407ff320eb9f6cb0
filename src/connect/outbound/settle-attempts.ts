import { Instant } from "../../db/column-types";
import { Transaction } from "../../db/transaction";
import { DOWN_AFTER, holdAfter, nextAttempt } from "./retry-plan";
import { hurryDeliveries, SettledDelivery, settleDeliveries } from "./webhook-delivery.repository";
import { Delivery } from "./webhook-endpoint";
import { noteFailure, noteSuccess, RoundProgress, setActive } from "./webhook-progress.repository";
import { Outcome } from "./webhook-sender";

/** Gone: the Standard Webhooks specification has the sender stop at it. */
const GONE = 410;

/** What came of sending one delivery. */
export interface Attempt {
  readonly delivery: Delivery;
  readonly outcome: Outcome;
  /** It cannot be sent any more. */
  readonly isFinal: boolean;
}

/** Writes down what came of the last messages. Answers with how the endpoint stands after them. */
export async function settleAttempts(
  tx: Transaction,
  endpointId: string,
  held: RoundProgress,
  attempts: readonly Attempt[],
  now: number,
): Promise<RoundProgress> {
  if (attempts.length === 0) return held;
  const at = instant(now);
  const failingSince = held.failingSince === null ? now : Date.parse(held.failingSince);
  const settled = attempts.map((attempt) => settle(attempt, now, failingSince));
  await settleDeliveries(tx, endpointId, settled, at);
  const tried = attempts.filter(({ isFinal }) => !isFinal);
  if (tried.length === 0) return held;
  const refused = tried.flatMap(({ outcome }) => (outcome.taken ? [] : [outcome]));
  if (refused.some(({ status }) => status === GONE)) {
    await setActive(tx, endpointId, false, at, "The endpoint answered 410 (Gone) and was paused.");
    return { ...held, active: false };
  }
  if (refused.length < tried.length) {
    await noteSuccess(tx, endpointId, at);
    if (held.failures >= DOWN_AFTER) await hurryDeliveries(tx, endpointId, at);
    return { ...held, failures: 0, failingSince: null, holdUntil: null };
  }
  const failures = held.failures + 1;
  const holdUntil = instant(now + holdAfter(failures));
  await noteFailure(tx, endpointId, at, holdUntil, refused[0]!.error);
  return { ...held, failures, failingSince: instant(failingSince), holdUntil };
}

function settle({ delivery, outcome, isFinal }: Attempt, now: number, failingSince: number): SettledDelivery {
  const { position, attempts, firstAttemptAt } = delivery;
  if (outcome.taken) {
    return { position, status: "DELIVERED", nextAttemptAt: instant(now), lastStatus: outcome.status, lastError: null };
  }
  const failed = {
    now,
    attempts: attempts + 1,
    firstAttemptAt: firstAttemptAt === null ? now : Date.parse(firstAttemptAt),
    failingSince,
    random: Math.random(),
  };
  const next = isFinal ? null : nextAttempt(failed);
  const { status: lastStatus, error: lastError } = outcome;
  if (next === null) return { position, status: "DEAD", nextAttemptAt: instant(now), lastStatus, lastError };
  return { position, status: "PENDING", nextAttemptAt: instant(next), lastStatus, lastError };
}

function instant(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString();
}
