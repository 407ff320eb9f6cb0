import type { DescribedPerson } from "./described-person";
import type { SimilarPair } from "./similar-pair";

type Person = DescribedPerson | null | undefined;

/** What was said of a person: what is about to be written, or the version of what is stored. */
type Said = Person | string;

interface ComparedPair {
  readonly first: Said;
  readonly second: Said;
  /** Null: not alike enough. */
  readonly pair: SimilarPair | null;
}

/**
 * Pairs that were compared in one transaction, by what was said of both: where that is the very same, so is the outcome.
 * A record of which nothing else is said than is stored counts by the version of what is stored, as it was last heard of.
 */
export class ComparedPairs {
  /** By the older record, then by the younger. */
  private readonly known = new Map<string, Map<string, ComparedPair>>();
  private readonly versions = new Map<string, string>();

  /** What comparing them gave; undefined when they were not compared, or said something else then. */
  find(one: string, other: string, persons: ReadonlyMap<string, Person>): SimilarPair | null | undefined {
    const [first, second] = one < other ? [one, other] : [other, one];
    const known = this.known.get(first)?.get(second);
    if (known === undefined) return undefined;
    return known.first === this.saidOf(first, persons) && known.second === this.saidOf(second, persons)
      ? known.pair
      : undefined;
  }

  keep(one: string, other: string, persons: ReadonlyMap<string, Person>, pair: SimilarPair | null): void {
    const [first, second] = one < other ? [one, other] : [other, one];
    const kept = { first: this.saidOf(first, persons), second: this.saidOf(second, persons), pair };
    const others = this.known.get(first);
    if (others) others.set(second, kept);
    else this.known.set(first, new Map([[second, kept]]));
  }

  /** The version of what is stored of a record, as far as it has been heard of. */
  versionOf(recordId: string): string | undefined {
    return this.versions.get(recordId);
  }

  hear(recordId: string, version: string): void {
    this.versions.set(recordId, version);
  }

  private saidOf(recordId: string, persons: ReadonlyMap<string, Person>): Said {
    return persons.has(recordId) ? persons.get(recordId) : this.versions.get(recordId);
  }
}
