import { LEVELS_OF } from "../../../../src/identity/similarity/comparison";
import { DEFAULT_WEIGHTS, weightOf, withoutCeilings } from "../../../../src/identity/similarity/model";
import { scorePair } from "../../../../src/identity/similarity/score";
import {
  DEFAULT_SIMILARITY,
  recordBracketOf,
  thresholdsFor,
} from "../../../../src/identity/similarity/similarity-rules";
import { person, type Said } from "./people";

const strength = (a: Said, b: Said, weights = DEFAULT_WEIGHTS) => scorePair(person(a), person(b), weights).strength;
const ann = { givenName: "Ann", familyName: "Vavasour" };
const home = { address: { line: "12 Elm Street", city: "Arlington", postalCode: "23208" } };

test("the shipped rates are probabilities for every level, and add up to one for each attribute", () => {
  for (const [attribute, levels] of Object.entries(LEVELS_OF)) {
    const rates = levels.map((level) => DEFAULT_WEIGHTS.levels[attribute as keyof typeof LEVELS_OF][level]!);
    for (const side of ["m", "u"] as const) {
      const sum = rates.reduce((total, rate) => total + rate[side], 0);
      if (attribute !== "generation")
        expect([attribute, side, Math.abs(sum - 1) < 0.03]).toEqual([attribute, side, true]);
    }
  }
});

test("a level is worth log2(m / u) bits, and a rare value more than a common one", () => {
  const level = { attribute: "gender", level: "EXACT", valueA: "MALE", valueB: "MALE" } as const;
  expect(weightOf(level, DEFAULT_WEIGHTS)).toBeCloseTo(Math.log2(0.97 / 0.5), 6);
  const common = strength({ givenName: "Ann", familyName: "Smith" }, { givenName: "Ann", familyName: "Smith" });
  expect(strength(ann, ann)).toBeGreaterThan(common + 3);
});

test("what is missing says nothing", () => {
  expect(strength({ ...ann, dateOfBirth: "1980-05-06", ...home }, ann)).toBe(strength(ann, ann));
  expect(strength(ann, {})).toBe(0);
});

test("what contradicts counts against", () => {
  expect(strength({ ...ann, dateOfBirth: "1980-05-06" }, { ...ann, dateOfBirth: "1951-11-30" })).toBeLessThan(
    strength(ann, ann),
  );
  expect(strength({ ...ann, gender: "m" }, { ...ann, gender: "f" })).toBeLessThan(strength(ann, ann));
});

test("an address counts up to its ceiling, and without ceilings in full", () => {
  expect(strength(home, home)).toBeCloseTo(DEFAULT_WEIGHTS.addressAtMost, 9);
  expect(strength(home, home, withoutCeilings(DEFAULT_WEIGHTS))).toBeGreaterThan(DEFAULT_WEIGHTS.addressAtMost + 5);
});

test("what a household shares counts up to its ceiling where the given names disagree", () => {
  const shared = { familyName: "Vavasour", ...home, phone: "+15035551234", email: "vavasour@example.com" };
  const { comparisons } = scorePair(
    person({ ...shared, givenName: "Ann" }),
    person({ ...shared, givenName: "Zachary" }),
    DEFAULT_WEIGHTS,
  );
  const positive = comparisons.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
  expect(positive).toBeCloseTo(DEFAULT_WEIGHTS.householdAtMost, 9);
});

test("thresholds follow the bracket of the number of records", () => {
  expect([1, 1_000, 1_001, 50_000, 10 ** 9].map(recordBracketOf)).toEqual([1_000, 1_000, 10_000, 100_000, 100_000_000]);
  expect(thresholdsFor(10_000)).toEqual({ autoThreshold: 19.3, reviewThreshold: 8.3 });
  expect(thresholdsFor(100_000).autoThreshold - thresholdsFor(10_000).autoThreshold).toBeCloseTo(Math.log2(10), 1);
  expect(DEFAULT_SIMILARITY).toMatchObject({
    enabled: false,
    guard: true,
    ...thresholdsFor(DEFAULT_SIMILARITY.recordBracket),
  });
});
