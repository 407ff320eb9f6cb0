/** Of many entries those with the least keys, up to a number; the others are forgotten as they come. */
export class LeastOf<Entry> {
  private readonly kept = new Map<string, Entry>();
  /** Greater keys are not among the least. */
  private bound: string | null = null;
  private forgot = false;

  constructor(private readonly most: number) {}

  /** The entry of a key, made where there is none; null when the key is not among the least. */
  at(key: string, make: () => Entry): Entry | null {
    if (this.bound !== null && key > this.bound) {
      this.forgot = true;
      return null;
    }
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.kept.set(key, made);
    if (this.kept.size >= 2 * this.most) this.prune();
    return made;
  }

  find(key: string): Entry | undefined {
    return this.kept.get(key);
  }

  /** What is kept, by key. */
  list(): Entry[] {
    this.prune();
    return [...this.kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  }

  /** Whether there are more than `list` answers with. */
  get hasMore(): boolean {
    return this.forgot || this.kept.size > this.most;
  }

  private prune(): void {
    if (this.kept.size <= this.most) return;
    const keys = [...this.kept.keys()].sort();
    this.bound = keys[this.most - 1]!;
    this.forgot = true;
    for (const key of keys.slice(this.most)) this.kept.delete(key);
  }
}
