/** How well a partition of records answers to the true one. */
export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface PartitionQuality {
  /** Over pairs of records that stand in one cluster. */
  readonly pairwise: Quality;
  /** Over records, each with the cluster it stands in (Bagga and Baldwin 1998). */
  readonly bCubed: Quality;
}

/** @param clusters by record: the cluster it was put in; @param people by record: the person it is of */
export function qualityOf(clusters: readonly number[], people: readonly string[]): PartitionQuality {
  const both = new Map<string, number>();
  const byCluster = new Map<number, number>();
  const byPerson = new Map<string, number>();
  for (const [record, cluster] of clusters.entries()) {
    const person = people[record]!;
    const cell = `${cluster} ${person}`;
    both.set(cell, (both.get(cell) ?? 0) + 1);
    byCluster.set(cluster, (byCluster.get(cluster) ?? 0) + 1);
    byPerson.set(person, (byPerson.get(person) ?? 0) + 1);
  }
  const right = sum(both.values(), pairs);
  let precision = 0;
  let recall = 0;
  for (const [record, cluster] of clusters.entries()) {
    const person = people[record]!;
    const together = both.get(`${cluster} ${person}`)!;
    precision += together / byCluster.get(cluster)! / clusters.length;
    recall += together / byPerson.get(person)! / clusters.length;
  }
  return {
    pairwise: quality(share(right, sum(byCluster.values(), pairs)), share(right, sum(byPerson.values(), pairs))),
    bCubed: quality(precision, recall),
  };
}

function quality(precision: number, recall: number): Quality {
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1 };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function pairs(size: number): number {
  return (size * (size - 1)) / 2;
}

function sum(sizes: Iterable<number>, of: (size: number) => number): number {
  let total = 0;
  for (const size of sizes) total += of(size);
  return total;
}
