import { type ComparedAttribute, LEVELS_OF, type Level, type Likeness } from "./comparison";
import { clearContradiction } from "./judgement";
import type { LevelRates, SimilarityWeights } from "./model";

/** What was learned: weights to be looked at and saved, or not. The shipped ones stay the default. */
export interface LearnedWeights {
  readonly weights: SimilarityWeights;
  /** The share of the candidate pairs that are held to be of one person. */
  readonly matches: number;
  /** Rounds until the shares stood still. */
  readonly rounds: number;
  /** Every level whose worth changes by a tenth of a bit or more. */
  readonly changes: readonly WeightChange[];
}

export interface WeightChange {
  readonly attribute: ComparedAttribute;
  readonly level: Level;
  readonly bitsBefore: number;
  readonly bitsAfter: number;
}

/** A comparison's outcome with the number of pairs that had it. */
interface Pattern {
  readonly levels: readonly (readonly [ComparedAttribute, Level])[];
  /** Relatives agree in so much that without labels they would be taken for one person. */
  readonly contradicted: boolean;
  count: number;
}

type Rates = Map<ComparedAttribute, Map<Level, LevelRates>>;

/** Pairs that the shipped weights count for: with fewer of its own a tenant's data moves a rate only part of the way. */
const PRIOR_PAIRS = 200;
const ROUNDS_MAX = 200;
const STANDS_STILL = 1e-6;
const SMALLEST = 1e-6;
const NOTED_FROM = 0.1;
/** What contradicts is held to be two people, so how often it is one after all cannot be learned: the shipped rates stay. */
const FIXED: ReadonlySet<string> = new Set([
  ...[
    "generation EXACT",
    "generation PART",
    "generation DIFFERENT",
    "birthDate DIFFERENT",
    "givenName DIFFERENT",
    "givenName OTHER_NAME",
  ],
]);

/**
 * Learns how often each level occurs from pairs nobody has labelled, by expectation-maximization (Winkler 1988): pairs are
 * weighed by how likely they are of one person, the rates counted with these weights, and so on until nothing moves. Among
 * candidates some agreement is what made them candidates, so the rates between two people (u) are counted on pairs taken at
 * random. Deterministic; the order of the pairs does not matter.
 *
 * @param candidates what comparing candidate pairs found
 * @param random what comparing pairs of records taken at random found
 * @param shipped where learning starts, and what it falls back to where there is too little
 */
export function learnWeights(
  candidates: Iterable<readonly Likeness[]>,
  random: Iterable<readonly Likeness[]>,
  shipped: SimilarityWeights,
): LearnedWeights {
  const patterns = patternsOf(candidates);
  const total = patterns.reduce((sum, { count }) => sum + count, 0);
  let rates = ratesOf(shipped);
  let matches = 0.5;
  let rounds = 0;
  for (; rounds < ROUNDS_MAX && total > 0; rounds++) {
    const chances = patterns.map(({ levels, contradicted }) => (contradicted ? 0 : chanceOf(levels, rates, matches)));
    const next = patterns.reduce((sum, { count }, i) => sum + count * chances[i]!, 0) / total;
    rates = countRates(patterns, chances, shipped);
    const moved = Math.abs(next - matches);
    matches = next;
    if (moved < STANDS_STILL) break;
  }
  const between = countRates(patternsOf(random), [], shipped);
  const weights = assemble(shipped, rates, between);
  return { weights, matches: total > 0 ? matches : 0, rounds, changes: changesOf(shipped, weights) };
}

function patternsOf(pairs: Iterable<readonly Likeness[]>): Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (const likenesses of pairs) {
    const levels = likenesses.map(({ attribute, level }) => [attribute, level] as const);
    const key = levels
      .map((level) => level.join())
      .sort()
      .join(" ");
    const known = patterns.get(key);
    if (known) known.count++;
    else patterns.set(key, { levels, contradicted: clearContradiction(likenesses) !== null, count: 1 });
  }
  // Sums of floating point numbers depend on their order.
  return [...patterns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pattern]) => pattern);
}

/** How likely a pair with these levels is of one person. */
function chanceOf(levels: Pattern["levels"], rates: Rates, matches: number): number {
  let bits = Math.log2(Math.max(matches, SMALLEST) / Math.max(1 - matches, SMALLEST));
  for (const [attribute, level] of levels) {
    const rate = rates.get(attribute)?.get(level);
    if (rate !== undefined) bits += Math.log2(rate.m / rate.u);
  }
  return 1 / (1 + 2 ** -bits);
}

/** Rates by weighted counting, with the shipped ones as so many pairs more. Without chances every pair is of two people. */
function countRates(patterns: readonly Pattern[], chances: readonly number[], shipped: SimilarityWeights): Rates {
  const counts = new Map<string, { m: number; u: number }>();
  const countOf = (key: string) => counts.get(key) ?? counts.set(key, { m: 0, u: 0 }).get(key)!;
  for (const [i, { levels, count }] of patterns.entries()) {
    const chance = chances[i] ?? 0;
    for (const [attribute, level] of levels) {
      for (const key of [attribute, `${attribute} ${level}`]) {
        countOf(key).m += count * chance;
        countOf(key).u += count * (1 - chance);
      }
    }
  }
  const rates = ratesOf(shipped);
  for (const [attribute, levels] of rates) {
    const all = countOf(attribute);
    for (const [level, { m, u }] of levels) {
      const found = countOf(`${attribute} ${level}`);
      levels.set(level, {
        m: Math.max(SMALLEST, (found.m + PRIOR_PAIRS * m) / (all.m + PRIOR_PAIRS)),
        u: Math.max(SMALLEST, (found.u + PRIOR_PAIRS * u) / (all.u + PRIOR_PAIRS)),
      });
    }
  }
  return rates;
}

function ratesOf({ levels }: SimilarityWeights): Rates {
  const rates: Rates = new Map();
  for (const attribute of Object.keys(LEVELS_OF) as ComparedAttribute[]) {
    const known = LEVELS_OF[attribute].flatMap((level) => {
      const found = levels[attribute][level];
      return found === undefined ? [] : [[level, found] as const];
    });
    rates.set(attribute, new Map(known));
  }
  return rates;
}

function assemble(shipped: SimilarityWeights, within: Rates, between: Rates): SimilarityWeights {
  const levels: Record<string, Partial<Record<Level, LevelRates>>> = {};
  for (const [attribute, known] of within) {
    levels[attribute] = { ...shipped.levels[attribute] };
    for (const [level, { m }] of known) {
      if (FIXED.has(`${attribute} ${level}`)) continue;
      levels[attribute][level] = { m, u: between.get(attribute)!.get(level)!.u };
    }
  }
  return { ...shipped, levels: levels as SimilarityWeights["levels"] };
}

function changesOf(before: SimilarityWeights, after: SimilarityWeights): WeightChange[] {
  const changes: WeightChange[] = [];
  for (const attribute of Object.keys(LEVELS_OF) as ComparedAttribute[]) {
    for (const level of LEVELS_OF[attribute]) {
      const [was, is] = [before.levels[attribute][level], after.levels[attribute][level]];
      if (was === undefined || is === undefined) continue;
      const [bitsBefore, bitsAfter] = [Math.log2(was.m / was.u), Math.log2(is.m / is.u)];
      if (Math.abs(bitsAfter - bitsBefore) >= NOTED_FROM) changes.push({ attribute, level, bitsBefore, bitsAfter });
    }
  }
  return changes;
}
