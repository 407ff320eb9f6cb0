import { IncomingMessage } from "node:http";
import { readRawBody, UnusableBody } from "./raw-body";

/** The largest request body, in bytes, packed or unpacked: a thousand events with long texts fit well. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a request's body as JSON.
 *
 * @throws UnusableBody when it is too large, is no UTF-8 or no JSON
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const body = await readRawBody(request, MAX_BODY_BYTES);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    throw new UnusableBody(400, "The body is not JSON in UTF-8.");
  }
}
