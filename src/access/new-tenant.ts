import { randomBytes } from "node:crypto";

const KEY_BYTES = 32;
const TAG_BYTES = 6;

export interface NewTenant {
  readonly name: string;
  readonly hashKey: Buffer;
  readonly cursorKey: Buffer;
  readonly feedTag: number;
  readonly createdAt: string;
}

/** A tenant's beginnings: its own keys for hashes and cursors, and the tag of its feed's empty start. */
export function newTenant(name: string, now: string): NewTenant {
  return {
    name,
    hashKey: randomBytes(KEY_BYTES),
    cursorKey: randomBytes(KEY_BYTES),
    feedTag: randomBytes(TAG_BYTES).readUIntBE(0, TAG_BYTES),
    createdAt: now,
  };
}
