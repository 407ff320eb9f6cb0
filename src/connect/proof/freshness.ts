import type { Instant } from "../../db/column-types";

/**
 * Whether a delivery was signed about when it came. A time that lies as far ahead is refused like an old one: it would
 * be good for twice as long.
 *
 * @param signedAt milliseconds since 1970, as the sender wrote it; what is no number is never fresh
 */
export function isFresh(signedAt: number, receivedAt: Instant, windowSeconds: number): boolean {
  return Math.abs(Date.parse(receivedAt) - signedAt) <= windowSeconds * 1000;
}
