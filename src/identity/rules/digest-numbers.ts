const WORDS = 4;

/** Numbers uuids in the order in which they first come, in 24 to 40 bytes each: a Map of strings takes ten times that. */
export class DigestNumbers {
  private words = new Uint32Array(WORDS * 1024);
  private slots = new Int32Array(2048).fill(-1);
  private readonly asked = new Uint32Array(WORDS);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The number of a uuid, which it gets when it has none. */
  number(uuid: string): number {
    const slot = this.slotOf(uuid);
    const known = this.slots[slot]!;
    if (known >= 0) return known;
    const number = this.count++;
    if (this.words.length === number * WORDS) this.words = grown(this.words);
    this.words.set(this.asked, number * WORDS);
    this.slots[slot] = number;
    if (this.count * 2 > this.slots.length) this.rehash();
    return number;
  }

  /** The number of a uuid; -1 when it has none. */
  find(uuid: string): number {
    return this.slots[this.slotOf(uuid)]!;
  }

  uuid(number: number): string {
    const hex = Array.from(this.words.subarray(number * WORDS, (number + 1) * WORDS), (word) =>
      word.toString(16).padStart(8, "0"),
    ).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  private slotOf(uuid: string): number {
    const { asked, words, slots } = this;
    asked[0] = Number.parseInt(uuid.slice(0, 8), 16);
    asked[1] = Number.parseInt(uuid.slice(9, 13) + uuid.slice(14, 18), 16);
    asked[2] = Number.parseInt(uuid.slice(19, 23) + uuid.slice(24, 28), 16);
    asked[3] = Number.parseInt(uuid.slice(28), 16);
    const mask = slots.length - 1;
    for (let slot = mixed(asked, 0) & mask; ; slot = (slot + 1) & mask) {
      const at = slots[slot]! * WORDS;
      if (at < 0) return slot;
      if (
        words[at] === asked[0] &&
        words[at + 1] === asked[1] &&
        words[at + 2] === asked[2] &&
        words[at + 3] === asked[3]
      )
        return slot;
    }
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let number = 0; number < this.count; number++) {
      let slot = mixed(this.words, number * WORDS) & mask;
      while (this.slots[slot]! >= 0) slot = (slot + 1) & mask;
      this.slots[slot] = number;
    }
  }
}

/** Spreads ids that count up, as those of records do. */
function mixed(words: Uint32Array, at: number): number {
  let hash =
    Math.imul(words[at]! ^ words[at + 1]!, 0x9e3779b1) ^ Math.imul(words[at + 2]! ^ words[at + 3]!, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function grown(words: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2);
  larger.set(words);
  return larger;
}
