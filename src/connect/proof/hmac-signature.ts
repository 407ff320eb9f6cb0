import { createHmac, timingSafeEqual } from "node:crypto";
import type { Connection } from "../pipeline/adapter";

export interface HmacScheme {
  readonly hash: "sha1" | "sha256" | "sha384" | "sha512";
  /** How the digest is written. */
  readonly encoding: "hex" | "base64";
}

/** The HMAC of a message (RFC 2104), written as the scheme says. */
export function hmac(secret: string, message: Buffer | string, { hash, encoding }: HmacScheme): string {
  return createHmac(hash, secret).update(message).digest(encoding);
}

/**
 * Whether one of the secrets signed the message. Compares in constant time; what is no digest at all is just another
 * wrong signature. Hexadecimal digits may be of either case.
 */
export function isSignedBy(
  secrets: readonly string[],
  message: Buffer | string,
  signature: string,
  scheme: HmacScheme,
): boolean {
  const given = Buffer.from(scheme.encoding === "hex" ? signature.toLowerCase() : signature);
  let signed = false;
  for (const secret of secrets) {
    const right = Buffer.from(hmac(secret, message, scheme));
    signed = (given.length === right.length && timingSafeEqual(given, right)) || signed;
  }
  return signed;
}

/** The values of one credential field that are valid now, the newest first. Empty ones sign nothing: anybody has them. */
export function secretsOf(connection: Connection, field: string): string[] {
  return connection.credentials.map((credential) => credential[field] ?? "").filter((secret) => secret !== "");
}
