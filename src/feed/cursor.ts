import { createHmac, timingSafeEqual } from "node:crypto";
import { DomainError } from "../errors";

/** A place in a tenant's feed: the position of an entry and the tag that this very entry carries. */
export interface FeedPoint {
  readonly position: number;
  readonly tag: number;
}

const SEAL_BYTES = 8;
const CURSOR_BYTES = 24;
/** 24 bytes are 32 characters with no padding bits left over, so that a cursor has exactly one spelling. */
const CURSOR_FORMAT = /^[A-Za-z0-9_-]{32}$/;

/**
 * A cursor is position (8 bytes), tag (8) and the first 8 bytes of their HMAC-SHA256 under the tenant's cursor key.
 * The seal tells a forged or foreign cursor (BAD_CURSOR) from a true one that the feed no longer contains, after
 * retention or a restore from a backup (CURSOR_EXPIRED); the tag tells the latter from a current one.
 */
export function encodeCursor(point: FeedPoint, cursorKey: Buffer): string {
  const bytes = Buffer.alloc(CURSOR_BYTES);
  bytes.writeBigUInt64BE(BigInt(point.position), 0);
  bytes.writeBigUInt64BE(BigInt(point.tag), 8);
  seal(bytes, cursorKey).copy(bytes, CURSOR_BYTES - SEAL_BYTES);
  return bytes.toString("base64url");
}

/** Throws BAD_CURSOR unless the text is a cursor that this server's database once gave out to this tenant. */
export function decodeCursor(text: string, cursorKey: Buffer): FeedPoint {
  if (!CURSOR_FORMAT.test(text)) throw badCursor();
  const bytes = Buffer.from(text, "base64url");
  if (!timingSafeEqual(bytes.subarray(CURSOR_BYTES - SEAL_BYTES), seal(bytes, cursorKey))) throw badCursor();
  return { position: Number(bytes.readBigUInt64BE(0)), tag: Number(bytes.readBigUInt64BE(8)) };
}

function seal(bytes: Buffer, cursorKey: Buffer): Buffer {
  return createHmac("sha256", cursorKey)
    .update(bytes.subarray(0, CURSOR_BYTES - SEAL_BYTES))
    .digest()
    .subarray(0, SEAL_BYTES);
}

function badCursor(): DomainError {
  return new DomainError("BAD_CURSOR", "This is not a cursor of this feed. Use one exactly as it was given to you.");
}
