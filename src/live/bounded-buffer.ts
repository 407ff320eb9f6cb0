import { Change, ProfileErased, ProfileSplit, ProfilesMerged } from "./change.type";

/** The most a subscriber may lie behind before its stream ends. */
export const BUFFER_ENTRIES = 1_000;
export const BUFFER_BYTES = 1_000_000;

/** About what an entry takes in memory, in bytes, without the ids it lists; and what one such id takes. */
const ENTRY_BYTES = 400;
const ID_BYTES = 64;

/** Places of taken entries at the front that are kept until they are cleared together. */
const CLEARED_AT_ONCE = 64;

/** What was pushed to a subscriber and not yet delivered, oldest first; never more than the bounds. */
export class BoundedBuffer {
  private entries: Change[] = [];
  /** Where the oldest entry stands. Moving all others for each that is taken would cost the length of the buffer. */
  private front = 0;
  private bytes = 0;

  get length(): number {
    return this.entries.length - this.front;
  }

  /** Answers false, and keeps nothing of it, when there is no room. */
  add(change: Change): boolean {
    const bytes = this.bytes + sizeOf(change);
    if (this.length >= BUFFER_ENTRIES || bytes > BUFFER_BYTES) return false;
    this.entries.push(change);
    this.bytes = bytes;
    return true;
  }

  /** The oldest entries, up to so many. They stay until they are dropped. */
  peek(most: number): Change[] {
    return this.entries.slice(this.front, this.front + most);
  }

  /** Drops so many of the oldest. */
  drop(count: number): void {
    for (let dropped = 0; dropped < count && this.length > 0; dropped += 1) {
      this.bytes -= sizeOf(this.entries[this.front]!);
      this.front += 1;
    }
    if (this.length === 0) this.clear();
    else if (this.front >= CLEARED_AT_ONCE) {
      this.entries.splice(0, this.front);
      this.front = 0;
    }
  }

  /** Drops what stands at the position or before it. */
  dropThrough(position: number): void {
    while (this.length > 0 && this.entries[this.front]!.position <= position) this.drop(1);
  }

  clear(): void {
    if (this.entries.length > 0) this.entries = [];
    this.front = 0;
    this.bytes = 0;
  }
}

function sizeOf(change: Change): number {
  if (change instanceof ProfilesMerged) return ENTRY_BYTES + ID_BYTES * change.absorbedIds.length;
  if (change instanceof ProfileSplit) return ENTRY_BYTES + ID_BYTES * change.separatedIds.length;
  if (change instanceof ProfileErased) return ENTRY_BYTES + ID_BYTES * change.formerIds.length;
  return ENTRY_BYTES;
}
