import { Instant } from "../db/column-types";

/* Instants are texts of one length in UTC, so that the order of the texts is the order of time. */

export function earlier(a: Instant, b: Instant): Instant {
  if (b < a) return b;
  return a;
}

export function later(a: Instant, b: Instant): Instant {
  if (b > a) return b;
  return a;
}
