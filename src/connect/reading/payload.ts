/**
 * What a body says as JSON.
 *
 * It promises: nothing throws, whatever the bytes, and no digit of a number is lost: what a double would make another
 * number of, such as the ids beyond 2^53 of many systems, becomes a text.
 *
 * A payload of a channel can be stored as well: half surrogate pairs and U+0000, which PostgreSQL cannot store, become
 * U+FFFD, so that one strange character costs no message. What is sent by the contract of `ingest` is judged by `ingest`,
 * and stays as it came.
 */

import { JSON_DEPTH_MAX } from "../../ingest/text-rules";
import { quoteInexactNumbers } from "./quote-inexact-numbers";

/** Some levels are left for what an adapter wraps around a value. */
const DEPTH_MAX = JSON_DEPTH_MAX - 4;
const NOT_STORABLE = /\0|\p{Surrogate}/gu;
const WORDS = {
  encoding: "The body is not UTF-8.",
  json: "The body is not JSON.",
  depth: "The body is nested too deep.",
};

export type Payload =
  | { readonly value: unknown; readonly problem: null }
  /** `value` is the body as a text that can be stored then. */
  | { readonly value: string; readonly problem: string };

/** As it was sent. */
export function readJson(body: Buffer): Payload {
  const text = decode(body);
  if (text === null) return { value: storableText(body.toString("utf8")), problem: WORDS.encoding };
  try {
    const value: unknown = JSON.parse(text);
    const exact = quoteInexactNumbers(text);
    return { value: exact === text ? value : JSON.parse(exact), problem: null };
  } catch {
    return { value: storableText(text), problem: WORDS.json };
  }
}

/** In values that can be stored. */
export function readPayload(body: Buffer): Payload {
  const { value, problem } = readJson(body);
  if (problem !== null) return { value, problem };
  try {
    return { value: storable(value, 0), problem: null };
  } catch {
    return { value: storableText(body.toString("utf8")), problem: WORDS.depth };
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

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws RangeError when it is nested too deep */
function storable(value: unknown, depth: number): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEPTH_MAX) throw new RangeError("too deep");
  if (Array.isArray(value)) return value.map((item) => storable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storable(member, depth + 1)]),
  );
}
