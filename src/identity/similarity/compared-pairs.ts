import type { DescribedPerson } from "./described-person";
import { pairKey, type SimilarPair } from "./similar-pair";

type Person = DescribedPerson | null | undefined;

interface ComparedPair {
  readonly first: Person;
  readonly second: Person;
  /** Null: not alike enough. */
  readonly pair: SimilarPair | null;
}

/**
 * Pairs that were compared in one transaction, by what was said of both: where that is the very same, so is the outcome.
 * A record of which nothing else is said than is stored counts as undefined: what is stored stays until the end.
 */
export class ComparedPairs {
  private readonly known = new Map<string, ComparedPair>();

  /** What comparing them gave; undefined when they were not compared, or said something else then. */
  find(one: string, other: string, persons: ReadonlyMap<string, Person>): SimilarPair | null | undefined {
    const known = this.known.get(pairKey(one, other));
    if (known === undefined) return undefined;
    const [first, second] = one < other ? [one, other] : [other, one];
    return known.first === persons.get(first) && known.second === persons.get(second) ? known.pair : undefined;
  }

  keep(one: string, other: string, persons: ReadonlyMap<string, Person>, pair: SimilarPair | null): void {
    const [first, second] = one < other ? [one, other] : [other, one];
    this.known.set(pairKey(one, other), { first: persons.get(first), second: persons.get(second), pair });
  }
}
