import { createHash } from "node:crypto";
import type { Delivery } from "../../pipeline/adapter";
import { isSignedBy } from "../../proof/hmac-signature";

const SCHEME = { hash: "sha1", encoding: "base64" } as const;
const ORIGIN = /^(https?):\/\/([^/?#:]+|\[[^\]]*\])(:[0-9]+)?/i;

/** No form of Twilio's comes near, in bytes: whoever is not Twilio yet shall not have larger ones taken apart. */
const FORM_MAX = 1024 * 1024;

/**
 * Twilio signs the address it calls and, of a form, every field in the order of their names. Of a body that is no form it
 * signs the address alone, which holds the body's digest. The address may have been signed with its port or without.
 * Scheme: https://www.twilio.com/docs/usage/security#validating-requests
 */
export function isSignedByTwilio(delivery: Delivery, signature: string, authTokens: readonly string[]): boolean {
  const { url, query, rawBody } = delivery;
  const digest = query.get("bodySHA256");
  if (digest !== null && !isForm(delivery)) {
    if (createHash("sha256").update(rawBody).digest("hex") !== digest.toLowerCase()) return false;
    return addressesOf(url).some((address) => isSignedBy(authTokens, address, signature, SCHEME));
  }
  if (rawBody.length > FORM_MAX) return false;
  const fields = fieldsInOrder(rawBody.toString("utf8"));
  return addressesOf(url).some((address) => isSignedBy(authTokens, address + fields, signature, SCHEME));
}

function isForm({ headers }: Delivery): boolean {
  return headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
}

/** Name and value of each field, one after the other; of a field that comes several times each value once, in order. */
function fieldsInOrder(body: string): string {
  const fields = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(body)) {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, new Set([value]));
    else values.add(value);
  }
  return [...fields.keys()]
    .sort()
    .flatMap((name) => [...fields.get(name)!].sort().map((value) => name + value))
    .join("");
}

function addressesOf(url: string): string[] {
  const origin = ORIGIN.exec(url);
  if (origin === null) return [url];
  const [whole, scheme = "", host = "", port] = origin;
  const rest = url.slice(whole.length);
  const standardPort = scheme.toLowerCase() === "https" ? ":443" : ":80";
  return [`${scheme}://${host}${rest}`, `${scheme}://${host}${port ?? standardPort}${rest}`];
}
