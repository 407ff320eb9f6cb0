/** The SQLSTATEs that the code branches on, by name and meaning. */
export const SQLSTATE = {
  /** A concurrent transaction changed what this one read. */
  serializationFailure: "40001",
  /** Two transactions waited for each other; this one was chosen to go. */
  deadlockDetected: "40P01",
  /** A row that must not be waited for is held by another transaction. */
  lockNotAvailable: "55P03",
  /** A statement before this one failed; its error is the one that says why. */
  transactionAborted: "25P02",
  /** A column that must hold something was given nothing. */
  notNullViolation: "23502",
  /** The same key was written by another transaction. */
  uniqueViolation: "23505",
  /** A table is missing: the schema is behind. */
  undefinedTable: "42P01",
  /** The server is shutting down. */
  adminShutdown: "57P01",
  /** The server is starting up. */
  cannotConnectNow: "57P03",
} as const;

/** The whole transaction may be run again after one of these: nothing of it happened. */
const RETRYABLE: ReadonlySet<string> = new Set([
  SQLSTATE.serializationFailure,
  SQLSTATE.deadlockDetected,
  SQLSTATE.lockNotAvailable,
  // Every insert that may meet a key that is there says what to do then. What still violates one lost a race.
  SQLSTATE.uniqueViolation,
]);

export function sqlstateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlstateOf(error) ?? "");
}

/** Another transaction got ahead of this one in a way that no SQLSTATE tells: run the whole transaction again. */
export class LostRace extends Error {
  readonly code = SQLSTATE.serializationFailure;
}
