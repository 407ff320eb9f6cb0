const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** The secret in an `Authorization` header, or in the connection parameter of the same name. */
export function secretOf(authorization: unknown): string | null {
  return typeof authorization === "string" ? (BEARER.exec(authorization.trim())?.[1] ?? null) : null;
}
