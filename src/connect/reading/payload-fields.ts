import { z } from "zod";
import type { Instant } from "../../db/column-types";
import { parseInstant } from "../../graphql/date-time";
import { subjectKey } from "../../ingest/subject";
import { findInstantProblem } from "../../ingest/text-rules";

/**
 * How single fields of payloads are read. A field without which an item means nothing is refused when it is not what it
 * should be; what only decorates an item is left out then.
 */

const ID_MAX = 512;
const NAME_MAX = 500;
const IN_A_MOMENT = "is no instant of the years 0001 to 9999";

/** An id of the system, a text or a number there, a text here. */
export const id = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).trim())
  .pipe(z.string().min(1).max(ID_MAX));

/** An id of a person, which must not be a placeholder such as "null". */
export const personId = id.refine((value) => typeof subjectKey(value, []) === "string", "is nobody's id");

/** Milliseconds since 1970, as a number or in digits. */
export const epochMilliseconds = digits().transform((milliseconds, context) => toInstant(milliseconds, context));

/** Seconds since 1970, as a number or in digits. */
export const epochSeconds = digits().transform((seconds, context) => toInstant(seconds * 1000, context));

/** What `Date` reads: ISO 8601, or the form of e-mail such as `Wed, 10 Oct 2018 20:19:24 +0000`. */
export const dateText = z.string().transform((text, context) => toInstant(Date.parse(text), context));

/** A moment of RFC 3339, with its offset. */
export const moment = z.string().transform((text, context) => {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  context.addIssue({ code: "custom", message: "has to be a moment such as 2026-01-31T09:30:00Z" });
  return z.NEVER;
});

/** One of these words; another one where there is none, or null. */
export function wordOf<Word extends string>(words: readonly Word[], otherwise: Word) {
  return z
    .enum(words)
    .nullish()
    .transform((word) => word ?? otherwise);
}

/** What was said or written. */
export const text = z.string().optional();

/** A detail that may be missing, or be something else one day. */
export const detail = z.union([z.string(), z.number(), z.boolean()]).optional().catch(undefined);

/** A name to show, left out where it is blank. */
export const displayName = z
  .string()
  .transform((name) => name.trim())
  .pipe(z.string().min(1).max(NAME_MAX))
  .optional()
  .catch(undefined);

/** A list whose parts are read by themselves, one by one; none where it is missing. */
export const parts = z.array(z.unknown()).optional();

function digits() {
  return z.union([z.number(), z.string().regex(/^[0-9]{1,16}$/)]).transform(Number);
}

function toInstant(milliseconds: number, context: z.RefinementCtx): Instant {
  const date = new Date(milliseconds);
  const instant = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  if (findInstantProblem(instant) === null) return instant;
  context.addIssue({ code: "custom", message: IN_A_MOMENT });
  return z.NEVER;
}
