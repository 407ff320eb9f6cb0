import { DestinationStream, destination, Logger, pino } from "pino";

/** What the rooms log with. Ids, codes and counts only: never a name, an address, a text or a credential. */
export type Log = Pick<Logger, "fatal" | "error" | "warn" | "info" | "debug">;

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A second line of defence, for what should not have been handed to the log at all. */
const SECRET_FIELDS = ["authorization", "cookie", "password", "secret", "headers", "body", "variables", "parameters"];

/** JSON lines on standard error: standard output is for what the person at the keyboard asked for. */
export function createLog(level: LogLevel, stream: DestinationStream = destination(2)): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
      serializers: { err: describeError, error: describeError },
    },
    stream,
  );
}

interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly at: readonly string[];
  readonly cause?: ErrorDescription;
}

/**
 * What may be written down about an error. PostgreSQL, JSON.parse and others quote the value that they stumbled over in
 * their messages, and their errors carry whole statements with their values: only code, place and a cleaned message stay.
 */
export function describeError(thrown: unknown): ErrorDescription | string {
  if (!(thrown instanceof Error)) return typeof thrown === "string" ? clean(thrown) : typeof thrown;
  const { code } = thrown as { code?: unknown };
  const stack = thrown.stack ?? "";
  return {
    type: thrown.name,
    code: typeof code === "string" ? code : undefined,
    message: clean(thrown.message),
    at: stack
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
    cause: thrown.cause instanceof Error ? (describeError(thrown.cause) as ErrorDescription) : undefined,
  };
}

/** Blanks out what is quoted, what looks like an e-mail address, and runs of digits as long as a phone number's. */
function clean(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|=\([^)]*\)/g, "…")
    .replace(/\S+@\S+/g, "…")
    .replace(/\+?\d[\d\s().-]{5,}\d/g, "…")
    .slice(0, 300);
}
