/** Three parts in base64url; the last is empty where nothing is signed. */
const FORM = /^([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;

/**
 * Whether a secret has the form of a JSON Web Token (RFC 7519, in the compact form of RFC 7515), so that it is judged as
 * one, and by nothing else: a header that is a JSON object, a payload, a signature.
 */
export function looksLikeToken(secret: string): boolean {
  const header = FORM.exec(secret)?.[1];
  if (header === undefined) return false;
  try {
    const value: unknown = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}
