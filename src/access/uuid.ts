import { v7 } from "uuid";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is spelt as a UUID, of whatever version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of Unix time in milliseconds, then a counter, so that those that
 * one process makes are in the order in which it made them, within one millisecond too.
 */
export function newUuid(): string {
  return v7();
}

/**
 * A UUID of version 7 whose random bits are a digest's: the same for the same moment and the same things, so that what is
 * made under it is made once.
 */
export function datedUuid(at: string, digest: string): string {
  const bytes = bytesOf(digest);
  bytes.writeUIntBE(Math.max(0, Date.parse(at)), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuidOf(bytes);
}

export function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll("-", ""), "hex");
}
