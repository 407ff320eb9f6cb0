import { Transaction } from "../../db/transaction";
import type { DescribedPerson } from "./described-person";
import { pairKey, type SimilarPair } from "./similar-pair";
import { type DescribedChange, readBlocks, readDescribed, readPairs } from "./similarity.repository";

interface Block {
  /** Whether it held its records together before, and does from now on. */
  readonly wasOpen: boolean;
  readonly isOpen: boolean;
  /** Complete where the block was, or is, open. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Two records that are to be compared. */
export type Pair = readonly [string, string];

type Changed = ReadonlyMap<string, DescribedPerson | null>;

/** The blocks that changed records leave, enter or stay in, as they were and as they become. */
export class Blocks {
  private constructor(
    private readonly blocks: ReadonlyMap<number, Block>,
    private readonly limit: number,
  ) {}

  static async around(tx: Transaction, changes: readonly DescribedChange[], limit: number): Promise<Blocks> {
    const lost = new Map<number, Set<string>>();
    const gained = new Map<number, Set<string>>();
    const keys = new Set<number>();
    for (const { recordId, lostKeys, gainedKeys, person } of changes) {
      for (const key of lostKeys) add(lost, key, recordId);
      for (const key of gainedKeys) add(gained, key, recordId);
      for (const key of [...lostKeys, ...(person?.keys ?? [])]) keys.add(key);
    }
    // With so many asked for, a block that is open before or after comes whole.
    const most = new Map([...keys].map((key) => [key, limit + 1 + (lost.get(key)?.size ?? 0)]));
    const stored = await readBlocks(tx, most);
    const blocks = new Map<number, Block>();
    for (const key of keys) {
      const before = stored.get(key) ?? [];
      const [leaving, entering] = [lost.get(key), gained.get(key)];
      // Who enters is not there yet: a record's keys are written together with its description.
      const stay = leaving ? before.filter((id) => !leaving.has(id)) : before;
      const after = entering ? [...stay, ...entering] : stay;
      blocks.set(key, { wasOpen: before.length <= limit, isOpen: after.length <= limit, before, after });
    }
    return new Blocks(blocks, limit);
  }

  /** The pairs that an open block holds and of which at least one changed, each once. */
  pairsWith(changed: Changed): Pair[] {
    const pairs: Pair[] = [];
    for (const [recordId, person] of changed) {
      const candidates = new Set<string>();
      for (const key of person?.keys ?? []) {
        const { isOpen, after } = this.blocks.get(key)!;
        if (isOpen) for (const other of after) candidates.add(other);
      }
      // Of two that changed each is a candidate of the other.
      for (const other of candidates) if (recordId < other || !changed.has(other)) pairs.push([recordId, other]);
    }
    return pairs;
  }

  /** Pairs of others that only a block held that has become too large. */
  async pairsEnded(tx: Transaction, changed: Changed): Promise<SimilarPair[]> {
    const closed = [...this.blocks.values()].filter(({ wasOpen, isOpen }) => wasOpen && !isOpen);
    if (closed.length === 0) return [];
    const others = new Set(closed.flatMap(({ before }) => before).filter((id) => !changed.has(id)));
    const together = new Set(closed.flatMap(({ before }) => pairsOf(before.filter((id) => others.has(id)))));
    const stored = await readPairs(tx, [...others]);
    const atRisk = [...stored].filter(([key]) => together.has(key)).map(([, pair]) => pair);
    if (atRisk.length === 0) return [];
    const described = await readDescribed(tx, [
      ...new Set(atRisk.flatMap(({ recordA, recordB }) => [recordA, recordB])),
    ]);
    const common = atRisk.map(({ recordA, recordB }) => {
      const keys = new Set(described.get(recordB)?.keys);
      return (described.get(recordA)?.keys ?? []).filter((key) => keys.has(key));
    });
    const unknown = new Set(common.flat().filter((key) => !this.blocks.has(key)));
    const read = await readBlocks(tx, new Map([...unknown].map((key) => [key, this.limit + 1])));
    const isOpen = (key: number) => this.blocks.get(key)?.isOpen ?? (read.get(key)?.length ?? 0) <= this.limit;
    return atRisk.filter((_, place) => !common[place]!.some(isOpen));
  }

  /** Others that share a block which is small enough again; those that were a pair already among them. */
  async pairsBegun(tx: Transaction, changed: Changed): Promise<Pair[]> {
    const opened = [...this.blocks.values()].filter(({ wasOpen, isOpen }) => !wasOpen && isOpen);
    if (opened.length === 0) return [];
    const members = opened.map(({ after }) => after.filter((id) => !changed.has(id)));
    const stored = await readPairs(tx, [...new Set(members.flat())]);
    const begun = [...new Set(members.flatMap(pairsOf))].filter((key) => !stored.has(key));
    return begun.map((key) => key.split(" ") as [string, string]);
  }
}

function pairsOf(ids: readonly string[]): string[] {
  return ids.flatMap((one, place) => ids.slice(place + 1).map((other) => pairKey(one, other)));
}

function add(map: Map<number, Set<string>>, key: number, recordId: string): void {
  const known = map.get(key);
  if (known) known.add(recordId);
  else map.set(key, new Set([recordId]));
}
