/** The stable codes a client may branch on (`extensions.code`). */
export type ErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "BAD_USER_INPUT"
  | "CONFLICT"
  | "BAD_CURSOR"
  | "CURSOR_EXPIRED"
  | "CONSUMER_TOO_SLOW"
  | "LIMIT_EXCEEDED";

/**
 * An answer to the caller that is not a result: what went wrong in words that may leave the server, and a code that
 * stays. Everything else that is thrown is a bug and leaves as "Internal server error".
 */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
    this.name = "DomainError";
  }
}
