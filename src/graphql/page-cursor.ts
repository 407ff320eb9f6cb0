import { isUuid } from "../access/uuid";
import { DomainError } from "../errors";

/** Writes the keys of a list's entry as an opaque cursor. */
export function encodePageCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys), "utf8").toString("base64url");
}

/**
 * Reads a cursor made of `count` keys; nothing asked for gives null. Only the spelling that `encodePageCursor` writes is
 * taken, so that one place in a list has one cursor.
 *
 * @throws DomainError BAD_CURSOR for anything else, the empty string too
 */
export function decodePageCursor(cursor: string | null | undefined, count: number): string[] | null {
  if (cursor === null || cursor === undefined) return null;
  const keys = parseKeys(Buffer.from(cursor, "base64url").toString("utf8"));
  if (keys === null || keys.length !== count || encodePageCursor(keys) !== cursor) throw badCursor();
  return keys;
}

/** Reads a cursor of a list that is ordered by the ids of its entries alone: the id. @throws DomainError BAD_CURSOR */
export function decodeIdCursor(cursor: string | null | undefined): string | null {
  const id = decodePageCursor(cursor, 1)?.[0] ?? null;
  if (id !== null && !isUuid(id)) throw badCursor();
  return id;
}

function badCursor(): DomainError {
  return new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
}

function parseKeys(text: string): string[] | null {
  try {
    const keys: unknown = JSON.parse(text);
    return Array.isArray(keys) && keys.every((key) => typeof key === "string") ? keys : null;
  } catch {
    return null;
  }
}
