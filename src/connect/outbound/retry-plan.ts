const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long, in milliseconds, a delivery is tried before it is given up. */
export const GIVEN_UP_AFTER_MS = 72 * HOUR;

/** The pause after the first attempt, the second, and so on; the last of them after each further one. */
const PAUSES_MS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR];

/** Pauses vary by this share, so that what failed together does not come back together. */
const SPREAD = 0.2;

/** The longest time for which one failing delivery holds up what is new for its endpoint. */
const LONGEST_HOLD_MS = MINUTE;

/** Failures in a row after which an endpoint counts as down: once it answers again, nothing waits for its time any more. */
export const DOWN_AFTER = 5;

/** What is known when an attempt has failed; times in milliseconds since 1970. */
export interface FailedAttempt {
  readonly now: number;
  /** This one included. */
  readonly attempts: number;
  readonly firstAttemptAt: number;
  /** Since when the endpoint has taken nothing at all. */
  readonly failingSince: number;
  /** Between 0 and 1. */
  readonly random: number;
}

/**
 * When to try again; null when it is to be given up: three days after its first attempt, or when the endpoint has taken
 * nothing for three days, so that what piles up behind a dead endpoint is not kept for another three days each. The last
 * attempt is made at the very end of the time.
 */
export function nextAttempt({ now, attempts, firstAttemptAt, failingSince, random }: FailedAttempt): number | null {
  const end = firstAttemptAt + GIVEN_UP_AFTER_MS;
  if (now >= end || now >= failingSince + GIVEN_UP_AFTER_MS) return null;
  const pause = PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1]!;
  return Math.min(end, Math.round(now + pause * (1 - SPREAD / 2 + SPREAD * random)));
}

/** How long, in milliseconds, to leave an endpoint alone after so many failures in a row. */
export function holdAfter(failures: number): number {
  return Math.min(LONGEST_HOLD_MS, 5 * SECOND * 2 ** Math.min(failures - 1, 10));
}
