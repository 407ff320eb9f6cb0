/** Disjoint sets of 0 .. size-1. The root of a set is its smallest element; the elements of a set can be listed. */
export class UnionFind {
  private readonly parents: Int32Array;
  /** A ring through the elements of each set. */
  private readonly following: Int32Array;
  private readonly counts: Int32Array;

  constructor(size: number) {
    this.parents = new Int32Array(size);
    for (let element = 0; element < size; element++) this.parents[element] = element;
    this.following = this.parents.slice();
    this.counts = new Int32Array(size).fill(1);
  }

  /** The same sets, to go on with by themselves. */
  copy(): UnionFind {
    const copied = new UnionFind(this.parents.length);
    copied.parents.set(this.parents);
    copied.following.set(this.following);
    copied.counts.set(this.counts);
    return copied;
  }

  find(element: number): number {
    const { parents } = this;
    let root = element;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]!]!;
      root = parents[root]!;
    }
    return root;
  }

  /** Whether this brought two sets together. */
  union(a: number, b: number): boolean {
    const rootA = this.find(a);
    const rootB = this.find(b);
    if (rootA === rootB) return false;
    const root = Math.min(rootA, rootB);
    const other = Math.max(rootA, rootB);
    this.parents[other] = root;
    this.counts[root]! += this.counts[other]!;
    const next = this.following[root]!;
    this.following[root] = this.following[other]!;
    this.following[other] = next;
    return true;
  }

  /** How many elements the set of this root has. */
  size(root: number): number {
    return this.counts[root]!;
  }

  /** The elements of the set that holds `element`, in no particular order. */
  *elements(element: number): Generator<number> {
    let current = element;
    do {
      yield current;
      current = this.following[current]!;
    } while (current !== element);
  }
}
