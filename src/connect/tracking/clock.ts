import { Instant } from "../../db/column-types";
import { parseInstant } from "../../graphql/date-time";

/** A clock that is off by less is taken for right: the difference is the way through the network. In milliseconds. */
const TOLERANCE_MS = 5_000;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

export interface CallTimes {
  /** When it happened, by the client's clock. */
  readonly originalTimestamp: unknown;
  /** The same; or, beside originalTimestamp, when it happened by a clock that is right. */
  readonly timestamp: unknown;
  /** When it was sent, by the client's clock. */
  readonly sentAt: unknown;
  readonly receivedAt: Instant;
  /** What happened long ago is imported with times that are right. */
  readonly isHistoric: boolean;
}

/**
 * When a call happened: `receivedAt - (sentAt - timestamp)`, so that a client whose clock is wrong is put right; null when
 * its times cannot be read. Without a time of its own it happened when it was received.
 *
 * @see https://segment.com/docs/connections/spec/common/#timestamps
 */
export function occurredAt({
  originalTimestamp,
  timestamp,
  sentAt,
  receivedAt,
  isHistoric,
}: CallTimes): Instant | null {
  const said = timestamp ?? originalTimestamp ?? null;
  if (said === null) return receivedAt;
  const moment = readMoment(said);
  if (moment === null) return null;
  const isRight = isHistoric || (present(timestamp) && present(originalTimestamp));
  const sent = isRight ? null : readMoment(sentAt);
  const off = sent === null ? 0 : Date.parse(receivedAt) - Date.parse(sent);
  if (Math.abs(off) <= TOLERANCE_MS) return moment;
  const corrected = new Date(Date.parse(moment) + off);
  return Number.isNaN(corrected.getTime()) ? null : parseInstant(corrected.toISOString());
}

/** A moment of ISO 8601, in UTC where it names no zone, or in milliseconds since 1970; null for anything else. */
export function readMoment(value: unknown): Instant | null {
  if (typeof value === "number") {
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? null : parseInstant(date.toISOString());
  }
  if (typeof value !== "string") return null;
  const text = WITHOUT_ZONE.test(value) ? `${value.replace(" ", "T")}Z` : value;
  return parseInstant(text);
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}
