import { createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Connection, Delivery, WaitingAdapter } from "../../pipeline/adapter";
import { isFresh } from "../../proof/freshness";
import { secretsOf } from "../../proof/hmac-signature";
import { readFormFields } from "../../reading/form-fields";
import { unreadableItem } from "../../reading/read-parts";
import { speaksFor } from "../mail/authentication-results";
import { entriesOf } from "../mail/mailbox";
import { readMail } from "../mail/read-mail";

/** SendGrid names no window, and tries for three days to deliver; what comes twice is one message all the same. */
const WINDOW_SECONDS = 3 * 24 * 60 * 60;
const DKIM_PASS = /@([a-z0-9.-]{1,253})\s*:\s*pass/gi;

/**
 * SendGrid's Inbound Parse webhook, with the whole message ("POST the raw, full MIME message") and signed by a security
 * policy: ECDSA over the timestamp and the body. Beside the message stands what SendGrid found out about its sender.
 * Format: https://www.twilio.com/docs/sendgrid/for-developers/parsing-email
 */
export const sendgridAdapter: WaitingAdapter = {
  system: "sendgrid",
  credentialFields: [
    {
      name: "publicKey",
      description: "The public key of the Parse webhook's security policy, as SendGrid's API answers it.",
      required: true,
    },
    {
      name: "ownAddresses",
      description: "Your own addresses and domains, with commas: what comes from them goes out to customers.",
      required: false,
    },
  ],
  findCredentialProblem({ publicKey = "" }) {
    return keyOf(publicKey) === null ? "publicKey has to be a public key, in Base64 or PEM." : null;
  },
  verify({ headers, rawBody, receivedAt }: Delivery, connection: Connection): string | null {
    const signature = headers.get("x-twilio-email-event-webhook-signature");
    const timestamp = headers.get("x-twilio-email-event-webhook-timestamp") ?? "";
    if (signature === undefined || !/^[0-9]{1,12}$/.test(timestamp)) return "The signature is missing.";
    if (!isFresh(Number(timestamp) * 1000, receivedAt, WINDOW_SECONDS)) return "The signature is too old.";
    const message = Buffer.concat([Buffer.from(timestamp), rawBody]);
    const isSigned = secretsOf(connection, "publicKey").some((publicKey) => {
      const key = keyOf(publicKey);
      return key !== null && verify("sha256", message, key, Buffer.from(signature, "base64"));
    });
    return isSigned ? null : "The signature does not match.";
  },
  async read({ body, headers, receivedAt }, { source, credentials }) {
    const fields = await readFormFields(body, headers.get("content-type") ?? "");
    const message = fields?.get("email");
    if (!fields || !message) {
      const reason = 'It holds no raw message: turn on "POST the raw, full MIME message" at SendGrid.';
      return [unreadableItem(reason, null)];
    }
    const own = entriesOf(credentials[0]?.ownAddresses ?? "");
    return readMail(message, { source, own, receivedAt, isProven: (domain) => isProven(domain, fields) });
  },
};

/** By the domain of a DKIM signature that holds, or by SPF for the domain of the envelope's sender. */
function isProven(domain: string, fields: ReadonlyMap<string, Buffer>): boolean {
  const text = (name: string): string => fields.get(name)?.toString("utf8").slice(0, 10_000) ?? "";
  const signers = [...text("dkim").matchAll(DKIM_PASS)].map(([, signer]) => signer);
  if (text("SPF").trim().toLowerCase() === "pass") signers.push(senderOf(text("envelope")));
  return signers.some((signer) => speaksFor(signer, domain));
}

function senderOf(envelope: string): string | undefined {
  try {
    const from = (JSON.parse(envelope) as { from?: unknown } | null)?.from;
    return typeof from === "string" ? from : undefined;
  } catch {
    return undefined;
  }
}

/** Null for what is no key. */
function keyOf(publicKey: string): KeyObject | null {
  try {
    if (publicKey.includes("BEGIN PUBLIC KEY")) return createPublicKey(publicKey);
    return createPublicKey({ key: Buffer.from(publicKey.trim(), "base64"), format: "der", type: "spki" });
  } catch {
    return null;
  }
}
