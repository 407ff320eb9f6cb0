import { hash, timingSafeEqual } from "node:crypto";

/** Whether a token that was sent is one of those agreed on. In constant time, whatever their lengths. */
export function isOneOfSecrets(secrets: readonly string[], given: string): boolean {
  const digest = digestOf(given);
  let found = false;
  for (const secret of secrets) found = timingSafeEqual(digestOf(secret), digest) || found;
  return found;
}

function digestOf(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
