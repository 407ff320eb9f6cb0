/**
 * What a body says as JSON, in values that can be stored.
 *
 * It promises: nothing throws, whatever the bytes. Half surrogate pairs and U+0000, which PostgreSQL cannot store, become
 * U+FFFD, so that one strange character costs no message. Integers of 16 digits and more become texts: many systems count their ids
 * beyond 2^53, where a double would make another id of them.
 */

import { JSON_DEPTH_MAX } from "../../ingest/text-rules";
import { quoteLongIntegers } from "./quote-long-integers";

/** Some levels are left for what an adapter wraps around a value. */
const DEPTH_MAX = JSON_DEPTH_MAX - 4;
const LONG_INTEGER = /[0-9]{16}/;
const NOT_STORABLE = /\0|\p{Surrogate}/gu;
const WORDS = {
  encoding: "The body is not UTF-8.",
  json: "The body is not JSON.",
  depth: "The body is nested too deep.",
};

export type Payload =
  | { readonly value: unknown; readonly problem: null }
  /** `value` is the body as text then. */
  | { readonly value: string; readonly problem: string };

/** Of a body that should be JSON. */
export function readPayload(body: Buffer): Payload {
  const text = decode(body);
  if (text === null) return { value: storableText(body.toString("utf8")), problem: WORDS.encoding };
  try {
    const parsed: unknown = JSON.parse(text);
    const exact: unknown = LONG_INTEGER.test(text) ? JSON.parse(quoteLongIntegers(text)) : parsed;
    return { value: storableValue(exact), problem: null };
  } catch (error) {
    return { value: storableText(text), problem: error instanceof RangeError ? WORDS.depth : WORDS.json };
  }
}

/** The text with U+FFFD for what PostgreSQL cannot store. */
export function storableText(text: string): string {
  return text.replace(NOT_STORABLE, "\ufffd");
}

/** Null when the bytes are not UTF-8. */
export function decode(body: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** The value without what PostgreSQL cannot store. @throws RangeError when it is nested too deep */
export function storableValue(value: unknown): unknown {
  return storable(value, 0);
}

function storable(value: unknown, depth: number): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEPTH_MAX) throw new RangeError("too deep");
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storable(member, depth + 1)]),
  );
}
