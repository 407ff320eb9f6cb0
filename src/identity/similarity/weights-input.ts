import { type ComparedAttribute, LEVELS_OF } from "./comparison";
import type { LevelRates, SimilarityWeights } from "./model";

const ATTRIBUTES = Object.keys(LEVELS_OF) as ComparedAttribute[];
/** Beyond this no ceiling makes a difference. */
const BITS_MAX = 1_000;

/**
 * Reads weights that a client sent. Every level that the shipped weights have must be there, and no other.
 *
 * @returns the weights; or, as a text, what is wrong with them
 */
export function readWeights(input: unknown, shipped: SimilarityWeights): SimilarityWeights | string {
  if (!isObject(input)) return "must be an object, as `identityRules` and `learnedWeights` tell it";
  const { levels, shareCounts, rareAtMost, addressAtMost, householdAtMost, ...unknown } = input;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined) return `has no part named ${shown(stranger)}`;
  for (const [name, bits] of Object.entries({ rareAtMost, addressAtMost, householdAtMost })) {
    if (!isBits(bits)) return `must hold ${name}, a number of bits from 0 to ${BITS_MAX}`;
  }
  if (!isObject(shareCounts)) return "must hold shareCounts, an object of shares by level";
  for (const level of Object.keys(shipped.shareCounts)) {
    if (!isShare(shareCounts[level], 0)) return `must hold shareCounts.${level}, a number from 0 to 1`;
  }
  if (Object.keys(shareCounts).some((level) => !Object.hasOwn(shipped.shareCounts, level))) {
    return "has a level in shareCounts that does not exist";
  }
  const problem = isObject(levels)
    ? problemOfLevels(levels, shipped)
    : "must hold levels, rates by attribute and level";
  return problem ?? (input as unknown as SimilarityWeights);
}

function problemOfLevels(levels: Record<string, unknown>, shipped: SimilarityWeights): string | null {
  if (Object.keys(levels).some((name) => !ATTRIBUTES.includes(name as ComparedAttribute))) {
    return "has an attribute in levels that does not exist";
  }
  for (const attribute of ATTRIBUTES) {
    const given = levels[attribute];
    const known = Object.keys(shipped.levels[attribute]);
    if (!isObject(given) || Object.keys(given).sort().join() !== known.sort().join()) {
      return `must hold levels.${attribute} with exactly the levels ${known.join(", ")}`;
    }
    for (const level of known) {
      if (!isRates(given[level]))
        return `must hold levels.${attribute}.${level} as { m, u }, both above 0 and at most 1`;
    }
  }
  return null;
}

function isRates(value: unknown): value is LevelRates {
  return (
    isObject(value) &&
    Object.keys(value).sort().join() === "m,u" &&
    isShare(value.m, Number.MIN_VALUE) &&
    isShare(value.u, Number.MIN_VALUE)
  );
}

function isShare(value: unknown, least: number): boolean {
  return typeof value === "number" && value >= least && value <= 1;
}

function isBits(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= BITS_MAX;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
