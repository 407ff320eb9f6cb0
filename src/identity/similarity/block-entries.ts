/** Entries whose keys are looked at together: a Map holds some millions, not more, and to grow a large one takes long. */
const ENTRIES_A_PART = 500_000;
/** After so many looked at, whoever else has something to do in this process may go first. */
const ENTRIES_A_TURN = 20_000;

/** Which records have which blocking keys, told by number, in 13 bytes an entry: for comparing all records of a tenant. */
export class BlockEntries {
  private keys = new Float64Array(1 << 16);
  private count = 0;
  /** By record, the place of its first key. */
  private readonly firsts: number[] = [];
  private looked = 0;

  /** The next record. @param keys ascending, each once */
  add(keys: readonly number[]): void {
    this.firsts.push(this.count);
    while (this.count + keys.length > this.keys.length) {
      const grown = new Float64Array(this.keys.length * 2);
      grown.set(this.keys);
      this.keys = grown;
    }
    for (const key of keys) this.keys[this.count++] = key;
  }

  /**
   * The pairs of records that have a key in common which no more records have than the limit, each once, the older record
   * first. A pair with several such keys is found under the least of them. Null: none for a while, so that others may have
   * their turn.
   */
  *pairs(limit: number): Generator<readonly [number, number] | null> {
    const parts = Math.max(1, Math.ceil(this.count / ENTRIES_A_PART));
    const open = new Uint8Array(this.count);
    for (let part = 0; part < parts; part++) {
      for (const places of this.blocks(part, parts)) {
        if (places === null) yield null;
        else if (places.length > 1 && places.length <= limit) for (const place of places) open[place] = 1;
      }
    }
    const records = this.recordsByPlace();
    this.looked = 0;
    for (let part = 0; part < parts; part++) {
      for (const places of this.blocks(part, parts)) {
        if (places === null) {
          yield null;
          continue;
        }
        this.looked += places.length;
        if (places.length < 2 || places.length > limit) continue;
        const key = this.keys[places[0]!]!;
        for (let i = 0; i < places.length; i++) {
          for (let j = i + 1; j < places.length; j++) {
            const [a, b] = [records[places[i]!]!, records[places[j]!]!];
            if (this.leastCommon(a, b, open) === key) yield [a, b];
          }
        }
      }
    }
  }

  /** How much of the entries `pairs` has looked at so far, 0 to 1. */
  get share(): number {
    return this.count === 0 ? 1 : this.looked / this.count;
  }

  /** The places of the entries of each key of one part, ascending; null now and then. */
  private *blocks(part: number, parts: number): Generator<readonly number[] | null> {
    const blocks = new Map<number, number[]>();
    for (let place = 0; place < this.count; place++) {
      if (place % ENTRIES_A_TURN === ENTRIES_A_TURN - 1) yield null;
      const key = this.keys[place]!;
      if (parts > 1 && key % parts !== part) continue;
      const block = blocks.get(key);
      if (block) block.push(place);
      else blocks.set(key, [place]);
    }
    let told = 0;
    for (const block of blocks.values()) {
      if (++told % ENTRIES_A_TURN === 0) yield null;
      yield block;
    }
  }

  private recordsByPlace(): Int32Array {
    const records = new Int32Array(this.count);
    for (const [record, first] of this.firsts.entries()) records.fill(record, first, this.end(record));
    return records;
  }

  private end(record: number): number {
    return this.firsts[record + 1] ?? this.count;
  }

  private leastCommon(a: number, b: number, open: Uint8Array): number | null {
    let [one, other] = [this.firsts[a]!, this.firsts[b]!];
    const [oneEnd, otherEnd] = [this.end(a), this.end(b)];
    while (one < oneEnd && other < otherEnd) {
      const [mine, theirs] = [this.keys[one]!, this.keys[other]!];
      if (mine === theirs && open[one] === 1) return mine;
      if (mine <= theirs) one += 1;
      if (theirs <= mine) other += 1;
    }
    return null;
  }
}
