/** Long enough for tokens with many claims; a header beyond it is refused by Node.js anyway. */
const BEARER = /^Bearer +([\x21-\x7e]{1,12288})$/i;

/** The secret or the token in an `Authorization` header, or in the connection parameter of the same name. */
export function secretOf(authorization: unknown): string | null {
  return typeof authorization === "string" ? (BEARER.exec(authorization.trim())?.[1] ?? null) : null;
}
