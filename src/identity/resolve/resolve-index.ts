import { ANONYMOUS_KINDS, ASSURANCES } from "../identifier-kind";
import { Facts, IdentifierValue, RecordFacts, Ruling, SimilarityFacts } from "./facts";
import { UnionFind } from "./union-find";

/** Place in ASSURANCES: 0 is CLAIMED, everything above it is trusted. */
export type AssuranceRank = number;

/** A value with the records that carry it, as indexes in ascending order. */
export interface IndexedValue {
  readonly identifier: IdentifierValue;
  readonly carriers: number[];
  /** Parallel to `carriers`. */
  readonly ranks: AssuranceRank[];
}

export interface RecordLink {
  readonly value: number;
  readonly rank: AssuranceRank;
}

export interface IndexedRuling {
  readonly ruling: Ruling;
  /** Only the records that were given. */
  readonly sides: readonly (readonly number[])[];
}

/** The facts with records and values numbered by the order of their ids, so that nothing depends on how they came. */
export interface IndexedFacts {
  readonly records: readonly RecordFacts[];
  readonly values: readonly IndexedValue[];
  /** By record. */
  readonly links: readonly (readonly RecordLink[])[];
  /** Newest first. */
  readonly rulings: readonly IndexedRuling[];
  /** By record: whether it holds a trusted identifier other than a cookie or device. */
  readonly trusted: readonly boolean[];
  /** Records that anything could bring together; nothing outside a component bears on what happens inside it. */
  readonly components: UnionFind;
  /** The same without CLAIMED links: nothing outside of one bears on what trusted facts say inside it. */
  readonly trustedComponents: UnionFind;
  readonly similarity: SimilarityFacts | undefined;
}

/** @throws Error when a link names a record or a value that was not given: then the facts were loaded wrongly. */
export function indexFacts(facts: Facts): IndexedFacts {
  const records = [...facts.records].sort(byId);
  const identifiers = [...facts.identifiers].sort(byId);
  const recordAt = numbered(records);
  const valueAt = numbered(identifiers);

  const links: RecordLink[][] = records.map(() => []);
  const trusted = records.map(() => false);
  for (const link of facts.links) {
    const record = recordAt.get(link.recordId);
    const value = valueAt.get(link.identifierId);
    if (record === undefined || value === undefined) throw new Error("a link leads to facts that were not given");
    const rank = ASSURANCES.indexOf(link.assurance);
    links[record]!.push({ value, rank });
    const { kind, status } = identifiers[value]!;
    if (rank > 0 && status !== "UNUSABLE" && !ANONYMOUS_KINDS.has(kind)) trusted[record] = true;
  }

  const values: IndexedValue[] = identifiers.map((identifier) => ({ identifier, carriers: [], ranks: [] }));
  for (let record = 0; record < records.length; record++) {
    links[record] = strongest(links[record]!);
    for (const { value, rank } of links[record]!) {
      const { carriers, ranks } = values[value]!;
      carriers.push(record);
      ranks.push(rank);
    }
  }

  const rulings = [...facts.rulings]
    .sort((a, b) => b.position - a.position || byId(a, b))
    .map((ruling) => ({ ruling, sides: ruling.sides.map((side) => known(side, recordAt)) }));
  const components = componentsOf(records.length, values, rulings, 0);
  const trustedComponents = componentsOf(records.length, values, rulings, 1);
  return { records, values, links, rulings, trusted, components, trustedComponents, similarity: facts.similarity };
}

/** Whether a link of this rank may join by this value at all. */
export function joins(identifier: IdentifierValue, rank: AssuranceRank): boolean {
  return identifier.status === "LIVE" || (identifier.status === "CLAIMS_SHARED" && rank > 0);
}

function componentsOf(
  size: number,
  values: readonly IndexedValue[],
  rulings: readonly IndexedRuling[],
  least: AssuranceRank,
): UnionFind {
  const components = new UnionFind(size);
  for (const { identifier, carriers, ranks } of values) {
    let first = -1;
    for (let i = 0; i < carriers.length; i++) {
      if (ranks[i]! < least || !joins(identifier, ranks[i]!)) continue;
      if (first < 0) first = carriers[i]!;
      else components.union(first, carriers[i]!);
    }
  }
  for (const { ruling, sides } of rulings) {
    if (ruling.kind !== "SAME") continue;
    const [first, ...others] = sides.flat();
    for (const record of others) components.union(first!, record);
  }
  return components;
}

/** One link a value: it keeps the highest assurance it was ever given. */
function strongest(links: RecordLink[]): RecordLink[] {
  links.sort((a, b) => a.value - b.value || b.rank - a.rank);
  return links.filter((link, i) => link.value !== links[i - 1]?.value);
}

function known(ids: readonly string[], recordAt: ReadonlyMap<string, number>): number[] {
  const found: number[] = [];
  for (const id of new Set(ids)) {
    const record = recordAt.get(id);
    if (record !== undefined) found.push(record);
  }
  return found.sort((a, b) => a - b);
}

function numbered(things: readonly { readonly id: string }[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (let i = 0; i < things.length; i++) numbers.set(things[i]!.id, i);
  return numbers;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
