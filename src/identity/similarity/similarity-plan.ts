import { setImmediate } from "node:timers/promises";
import { Transaction } from "../../db/transaction";
import type { ProfiledRecord } from "./candidates";
import { ComparedPairs } from "./compared-pairs";
import { type DescribedPerson, encodeProfile } from "./described-person";
import type { PersonProfile } from "./person-profile";
import { comparePair, pairKey, type SimilarPair } from "./similar-pair";
import {
  type DescribedChange,
  readDescribed,
  readOtherVersions,
  readPairs,
  readStoredProfiles,
  writeDescribed,
  writePairs,
} from "./similarity.repository";
import { Blocks, type Pair } from "./similarity-blocks";
import type { ReviewRules, SimilarityRules } from "./similarity-rules";

/** What becomes of descriptions and pairs when some records say something else of their persons. */
export interface SimilarityPlan {
  readonly changes: readonly DescribedChange[];
  /** Pairs that are none any more. */
  readonly gone: readonly SimilarPair[];
  /** Pairs that are new, or of another strength. */
  readonly found: readonly SimilarPair[];
  /** What was stored of the pairs in `found`, by `pairKey`. */
  readonly before: ReadonlyMap<string, SimilarPair>;
  /** What each record says that says something else now; null: nothing. */
  readonly profiles: ReadonlyMap<string, PersonProfile | null>;
  /** Which pairs are suggested; null where persons are not compared. */
  readonly review: ReviewRules | null;
}

export const NO_SIMILARITY_CHANGE: SimilarityPlan = {
  changes: [],
  gone: [],
  found: [],
  before: new Map(),
  profiles: new Map(),
  review: null,
};

/**
 * Works out which pairs the new descriptions make and end. A pair is a pair when it is alike enough and any block holds
 * both; a block holds nobody once it has more records than the limit, so a record may end pairs of others, and as one
 * leaves a block others may become pairs.
 *
 * The caller holds the tenant's similarity state: what is read here stays until the transaction ends.
 *
 * @param persons by record what it says from now on; null: nothing, or that it is taken away
 * @param anew whether all of these are to be compared again although they say what they said: other rules compare them
 * @param known pairs that these rules compared before in this transaction; null where nothing is compared twice in it
 */
export async function planSimilarity(
  tx: Transaction,
  persons: ReadonlyMap<string, DescribedPerson | null>,
  rules: SimilarityRules,
  anew: boolean,
  known: ComparedPairs | null = null,
): Promise<SimilarityPlan> {
  const stored = await readDescribed(tx, [...persons.keys()]);
  const changes = changesOf(persons, stored, anew);
  if (changes.length === 0) return { ...NO_SIMILARITY_CHANGE, review: rules };
  const changed = new Map(changes.map((change) => [change.recordId, change.person]));
  const blocks = await Blocks.around(tx, changes, rules.blockLimit);
  const [pairs, ended, begun] = await Promise.all([
    readPairs(tx, [...changed.keys()]),
    blocks.pairsEnded(tx, changed),
    blocks.pairsBegun(tx, changed),
  ]);
  const found = await compareAll(tx, [...begun, ...blocks.pairsWith(changed)], changed, rules, known);
  return { ...conclude(changes, changed, pairs, ended, found), review: rules };
}

/**
 * Compares persons with those who are stored now, while somebody else holds the tenant's similarity state. Nothing is
 * decided by it: of what `planSimilarity` compares once the state is held, it need not compare again what is still said.
 */
export async function comparePairsAhead(
  tx: Transaction,
  persons: ReadonlyMap<string, DescribedPerson | null>,
  rules: SimilarityRules,
  known: ComparedPairs,
): Promise<void> {
  const changes = changesOf(persons, await readDescribed(tx, [...persons.keys()]), false);
  const changed = new Map(changes.map((change) => [change.recordId, change.person]));
  const blocks = await Blocks.around(tx, changes, rules.blockLimit);
  await compareAll(tx, blocks.pairsWith(changed), changed, rules, known);
}

function changesOf(
  persons: ReadonlyMap<string, DescribedPerson | null>,
  stored: Awaited<ReturnType<typeof readDescribed>>,
  anew: boolean,
): DescribedChange[] {
  const changes: DescribedChange[] = [];
  for (const [recordId, person] of persons) {
    const known = stored.get(recordId);
    if (person === null && known === undefined) continue;
    const same = known !== undefined && person !== null && known.profileText === encodeProfile(person.profile);
    if (same && !anew) continue;
    const before = new Set(known?.keys);
    const after = new Set(person?.keys);
    changes.push({
      recordId,
      lostKeys: [...before].filter((key) => !after.has(key)),
      gainedKeys: [...after].filter((key) => !before.has(key)),
      person,
    });
  }
  return changes;
}

/** Profiles of others are read for so many pairs at a time, which bounds what is in memory at once. */
const PAIRS_A_PIECE = 20_000;
/** After so many compared, whoever else has something to do in this process goes first. */
const PAIRS_A_TURN = 500;

async function compareAll(
  tx: Transaction,
  wanted: readonly Pair[],
  changed: ReadonlyMap<string, DescribedPerson | null>,
  rules: SimilarityRules,
  known: ComparedPairs | null,
): Promise<SimilarPair[]> {
  if (known !== null) await hearAgain(tx, wanted, changed, known);
  const all: Pair[] = [];
  const found: SimilarPair[] = [];
  for (const [one, other] of wanted) {
    const pair = known?.find(one, other, changed);
    if (pair === undefined) all.push([one, other]);
    else if (pair !== null) found.push(pair);
  }
  for (let from = 0; from < all.length; from += PAIRS_A_PIECE) {
    const piece = all.slice(from, from + PAIRS_A_PIECE);
    const described = new Map<string, ProfiledRecord>();
    for (const [id, person] of changed) if (person !== null) described.set(id, { id, profile: person.profile });
    for (const { recordId, profile, version } of await readStoredProfiles(tx, othersIn(piece, changed))) {
      described.set(recordId, { id: recordId, profile });
      known?.hear(recordId, version);
    }
    for (const [place, [one, other]] of piece.entries()) {
      if (place % PAIRS_A_TURN === PAIRS_A_TURN - 1) await setImmediate();
      const [a, b] = [described.get(one), described.get(other)];
      if (a === undefined || b === undefined) continue;
      const pair = comparePair(a, b, rules);
      known?.keep(one, other, changed, pair);
      if (pair !== null) found.push(pair);
    }
  }
  return found;
}

/** What is stored of those that were compared before may be another version by now. */
async function hearAgain(
  tx: Transaction,
  wanted: readonly Pair[],
  changed: ReadonlyMap<string, DescribedPerson | null>,
  known: ComparedPairs,
): Promise<void> {
  const heard = othersIn(wanted, changed).flatMap((recordId) => {
    const version = known.versionOf(recordId);
    return version === undefined ? [] : [{ recordId, version }];
  });
  for (const { recordId, version } of await readOtherVersions(tx, heard)) known.hear(recordId, version);
}

/** Those of whom nothing else is said than is stored. */
function othersIn(pairs: readonly Pair[], changed: ReadonlyMap<string, DescribedPerson | null>): string[] {
  const others = new Set<string>();
  for (const pair of pairs) for (const id of pair) if (!changed.has(id)) others.add(id);
  return [...others];
}

function conclude(
  changes: readonly DescribedChange[],
  changed: ReadonlyMap<string, DescribedPerson | null>,
  stored: ReadonlyMap<string, SimilarPair>,
  ended: readonly SimilarPair[],
  compared: readonly SimilarPair[],
): Omit<SimilarityPlan, "review"> {
  const now = new Map(compared.map((pair) => [pairKey(pair.recordA, pair.recordB), pair]));
  const gone = [...ended, ...[...stored].filter(([key]) => !now.has(key)).map(([, pair]) => pair)];
  const found = [...now].filter(([key, pair]) => !isSame(stored.get(key), pair)).map(([, pair]) => pair);
  const profiles = new Map([...changed].map(([id, person]) => [id, person?.profile ?? null]));
  return { changes, gone, found, before: stored, profiles };
}

function isSame(stored: SimilarPair | undefined, pair: SimilarPair): boolean {
  if (stored === undefined || stored.strength !== pair.strength) return false;
  return JSON.stringify(stored.comparisons) === JSON.stringify(pair.comparisons);
}

/** Writes descriptions and pairs. Which of the pairs are suggestions depends on customers; see `markSuggested`. */
export async function writeSimilarity(tx: Transaction, { changes, gone, found }: SimilarityPlan): Promise<void> {
  await Promise.all([writeDescribed(tx, changes), writePairs(tx, gone, found)]);
}
