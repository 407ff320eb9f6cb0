import { Change, ProfileErased, ProfileSplit, ProfilesMerged } from "./change.type";

/** The most a subscriber may lie behind before its stream ends. */
export const BUFFER_ENTRIES = 1_000;
export const BUFFER_BYTES = 1_000_000;

/** About what an entry takes in memory, in bytes, without the ids it lists; and what one such id takes. */
const ENTRY_BYTES = 400;
const ID_BYTES = 64;

/** What was pushed to a subscriber and not yet taken, oldest first; never more than the bounds. */
export class BoundedBuffer {
  private entries: Change[] = [];
  private bytes = 0;

  /** Answers false, and keeps nothing of it, when there is no room. */
  add(change: Change): boolean {
    const bytes = this.bytes + sizeOf(change);
    if (this.entries.length >= BUFFER_ENTRIES || bytes > BUFFER_BYTES) return false;
    this.entries.push(change);
    this.bytes = bytes;
    return true;
  }

  take(): Change | undefined {
    const change = this.entries.shift();
    if (change !== undefined) this.bytes -= sizeOf(change);
    return change;
  }

  /** Drops what stands at the position or before it. */
  dropThrough(position: number): void {
    while (this.entries.length > 0 && this.entries[0]!.position <= position) this.take();
  }

  clear(): void {
    this.entries = [];
    this.bytes = 0;
  }
}

function sizeOf(change: Change): number {
  if (change instanceof ProfilesMerged) return ENTRY_BYTES + ID_BYTES * change.absorbedIds.length;
  if (change instanceof ProfileSplit) return ENTRY_BYTES + ID_BYTES * change.separatedIds.length;
  if (change instanceof ProfileErased) return ENTRY_BYTES + ID_BYTES * change.formerIds.length;
  return ENTRY_BYTES;
}
