import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { Breath } from "../breath";
import { ResolutionRules } from "../resolve/resolution-rules";
import { BEFORE_ALL, countRecords, getRules, listNextRecords } from "../rules/rules.repository";
import { BlockEntries } from "./block-entries";
import type { Likeness } from "./comparison";
import { describeStored } from "./described-persons";
import { LearnedWeights, learnWeights } from "./learn";
import { DEFAULT_WEIGHTS } from "./model";
import type { PersonProfile } from "./person-profile";
import { likenessesOf } from "./score";

/** More teach little more. */
const RECORDS_MAX = 30_000;
const CANDIDATES_MAX = 300_000;
const RANDOM_PAIRS = 100_000;
const RECORDS_A_CHUNK = 2_000;
/** Of a linear congruential generator (Numerical Recipes), so that learning twice gives the same. */
const GENERATOR = { factor: 1_664_525, step: 1_013_904_223, modulus: 2 ** 32 } as const;

export interface LearnedFromRecords extends LearnedWeights {
  readonly records: number;
  readonly pairs: number;
}

/**
 * Learns weights from a tenant's own records.
 *
 * Promises: the same records give the same weights; nothing is written and nobody waits. Of many records those at even
 * distances in age are taken. One learning runs at a time on a server; the next one waits.
 */
export class LearnWeightsService {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {}

  learn(tenantId: string): Promise<LearnedFromRecords> {
    const run = () => this.learnOnce(tenantId);
    const result = this.last.then(run, run);
    this.last = result;
    return result;
  }

  private async learnOnce(tenantId: string): Promise<LearnedFromRecords> {
    const { profiles, entries, rules } = await this.database.snapshot(tenantId, readSample);
    const breath = new Breath();
    const candidates: (readonly Likeness[])[] = [];
    for (const pair of entries.pairs(rules.similarity.blockLimit)) {
      if (breath.isDue) await breath.take();
      if (pair === null) continue;
      if (candidates.length === CANDIDATES_MAX) break;
      const [a, b] = pair;
      candidates.push(likenessesOf(profiles[a]!, profiles[b]!));
    }
    const random = profiles.length < 2 ? [] : await comparedAtRandom(profiles, breath);
    await breath.take();
    const learned = learnWeights(candidates, random, DEFAULT_WEIGHTS);
    return { ...learned, records: profiles.length, pairs: candidates.length + random.length };
  }
}

interface Sample {
  readonly profiles: PersonProfile[];
  readonly entries: BlockEntries;
  readonly rules: ResolutionRules;
}

async function readSample(tx: Transaction): Promise<Sample> {
  const rules = await getRules(tx);
  const every = Math.max(1, Math.ceil((await countRecords(tx)) / RECORDS_MAX));
  const sample: Sample = { profiles: [], entries: new BlockEntries(), rules };
  let passed = 0;
  for (let after = BEFORE_ALL; ; ) {
    const ids = await listNextRecords(tx, after, RECORDS_A_CHUNK);
    const last = ids.at(-1);
    if (last === undefined) return sample;
    const taken = ids.filter(() => passed++ % every === 0);
    for (const person of (await describeStored(tx, taken, new Map(), rules)).values()) {
      if (person === null) continue;
      sample.profiles.push(person.profile);
      sample.entries.add(person.keys);
    }
    after = last;
  }
}

async function comparedAtRandom(profiles: readonly PersonProfile[], breath: Breath): Promise<(readonly Likeness[])[]> {
  const found: (readonly Likeness[])[] = [];
  let state = 1;
  const below = (most: number) => {
    state = (state * GENERATOR.factor + GENERATOR.step) % GENERATOR.modulus;
    return Math.floor((state / GENERATOR.modulus) * most);
  };
  // Of few records few pairs say all there is to say.
  const wanted = Math.min(RANDOM_PAIRS, profiles.length ** 2);
  for (let pair = 0; pair < wanted; pair++) {
    const [a, b] = [below(profiles.length), below(profiles.length)];
    if (a !== b) found.push(likenessesOf(profiles[a]!, profiles[b]!));
    if (breath.isDue) await breath.take();
  }
  return found;
}
