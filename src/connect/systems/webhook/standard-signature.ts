import { createHmac, timingSafeEqual } from "node:crypto";
import { Delivery } from "../../pipeline/adapter";

/** How far, in seconds, the sender's clock may be off, and how old a delivery may be. */
const TOLERANCE_SECONDS = 300;
const PREFIX = "whsec_";
const SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/;
const SECRET = /^(?:whsec_)?[A-Za-z0-9+/]{22,200}={0,2}$/;

/** Whether a text is a secret of Standard Webhooks: 16 bytes or more in base64, with or without `whsec_` in front. */
export function isStandardSecret(text: string): boolean {
  return SECRET.test(text);
}

/**
 * Whether the delivery is signed with one of the secrets, and fresh: `v1` of Standard Webhooks, an HMAC-SHA256 over
 * `id.timestamp.body` in base64. Of several signatures one is enough. Every secret is tried, whichever fits.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function isSigned({ headers, rawBody, receivedAt }: Delivery, secrets: readonly string[]): boolean {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  const given = (headers.get("webhook-signature") ?? "").split(" ").flatMap((one) => SIGNATURE.exec(one)?.[1] ?? []);
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  const isFresh = Math.abs(Date.parse(receivedAt) / 1_000 - seconds) <= TOLERANCE_SECONDS;
  let fits = false;
  for (const secret of secrets) {
    const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, "base64");
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(rawBody).digest();
    for (const signature of given) fits = timingSafeEqual(Buffer.from(signature, "base64"), expected) || fits;
  }
  return fits && isFresh && id !== "";
}
