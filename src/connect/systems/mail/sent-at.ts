import type { Email } from "postal-mime";
import type { Instant } from "../../../db/column-types";
import { findInstantProblem } from "../../../ingest/text-rules";

/** Clocks are this far ahead and still believed, in milliseconds. */
const AHEAD_MAX = 60 * 60 * 1000;

/**
 * When a message was sent: its Date, but no later than the server that took it in says (the Received on top), lest somebody
 * puts himself at the top of a timeline for ever. Null where neither says anything.
 */
export function sentAt(mail: Email, receivedAt: Instant): Instant | null {
  const received = mail.headers.find(({ key }) => key === "received")?.value;
  const taken = instantOf(received?.slice(received.lastIndexOf(";") + 1));
  const written = instantOf(mail.date);
  const latest = Date.parse(taken ?? receivedAt) + AHEAD_MAX;
  if (written !== null && Date.parse(written) <= latest) return written;
  return taken;
}

function instantOf(text: string | undefined): Instant | null {
  const date = new Date(text ?? "");
  const instant = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  return findInstantProblem(instant) === null ? instant : null;
}
