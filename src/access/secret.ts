import { createHash, randomBytes } from "node:crypto";
import { bytesOf, uuidOf } from "./uuid";

const PREFIX = "onefold_";
const TENANT_BYTES = 16;
const RANDOM_BYTES = 32;

/** The tenant a server starts with; its id is the same everywhere. */
export const DEFAULT_TENANT_ID = "00000000-0000-7000-8000-000000000001";

/**
 * A new secret: `onefold_` and, in base64url, the tenant's id followed by 256 random bits. The tenant stands in front so
 * that it is known before anything is read, as every row can only be reached with its tenant; it is no secret.
 */
export function newSecret(tenantId: string): string {
  return PREFIX + Buffer.concat([bytesOf(tenantId), randomBytes(RANDOM_BYTES)]).toString("base64url");
}

/** The tenant in which a secret is to be looked up. Secrets of any other shape are an operator's own, in the default one. */
export function tenantOfSecret(secret: string): string {
  if (!secret.startsWith(PREFIX)) return DEFAULT_TENANT_ID;
  const bytes = Buffer.from(secret.slice(PREFIX.length), "base64url");
  if (bytes.length !== TENANT_BYTES + RANDOM_BYTES) return DEFAULT_TENANT_ID;
  // Only the canonical spelling names a tenant; whatever else base64 decoding tolerates is somebody's own secret.
  if (PREFIX + bytes.toString("base64url") !== secret) return DEFAULT_TENANT_ID;
  return uuidOf(bytes.subarray(0, TENANT_BYTES));
}

/**
 * What is stored of a secret. A plain SHA-256 is right for a secret of 256 random bits: there is nothing to guess, so a
 * slow password hash would cost every request its time and protect nothing.
 */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret, "utf8").digest();
}
