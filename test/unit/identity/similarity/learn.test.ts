import type { Likeness } from "../../../../src/identity/similarity/comparison";
import { learnWeights } from "../../../../src/identity/similarity/learn";
import { DEFAULT_WEIGHTS } from "../../../../src/identity/similarity/model";

const found = (...levels: [Likeness["attribute"], Likeness["level"]][]): Likeness[] =>
  levels.map(([attribute, level]) => ({ attribute, level, valueA: "", valueB: "" }));
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Pairs of one person agree in name and birth date, and half of them have moved; pairs of two people agree in the city. */
const candidates = [
  ...times(2_000, found(["givenName", "EXACT"], ["familyName", "EXACT"], ["birthDate", "EXACT"], ["address", "EXACT"])),
  ...times(
    2_000,
    found(["givenName", "EXACT"], ["familyName", "EXACT"], ["birthDate", "EXACT"], ["address", "DIFFERENT"]),
  ),
  ...times(
    4_000,
    found(["givenName", "NEAR"], ["familyName", "DIFFERENT"], ["city", "EXACT"], ["address", "DIFFERENT"]),
  ),
];
const random = [
  ...times(5_000, found(["familyName", "DIFFERENT"], ["city", "EXACT"])),
  ...times(5_000, found(["familyName", "DIFFERENT"], ["city", "DIFFERENT"])),
];

test("rates are learned from pairs without labels", () => {
  const { weights, matches, changes } = learnWeights(candidates, random, DEFAULT_WEIGHTS);
  expect(matches).toBeCloseTo(0.5, 1);
  expect(weights.levels.address.DIFFERENT!.m).toBeGreaterThan(0.4);
  expect(weights.levels.city.EXACT!.u).toBeGreaterThan(0.4);
  expect(changes.map(({ attribute, level }) => `${attribute} ${level}`)).toContain("city EXACT");
});

test("what is learned does not depend on the order of the pairs", () => {
  const there = learnWeights(candidates, random, DEFAULT_WEIGHTS);
  expect(learnWeights([...candidates].reverse(), [...random].reverse(), DEFAULT_WEIGHTS)).toEqual(there);
});

test("without pairs the shipped weights stay", () => {
  const { weights, matches, changes } = learnWeights([], [], DEFAULT_WEIGHTS);
  expect(matches).toBe(0);
  expect(changes).toEqual([]);
  expect(weights.levels.email.EXACT!.m).toBeCloseTo(DEFAULT_WEIGHTS.levels.email.EXACT!.m, 9);
});

test("pairs that contradict never teach that a contradiction is nothing", () => {
  const twins = times(5_000, found(["givenName", "DIFFERENT"], ["familyName", "EXACT"], ["birthDate", "EXACT"]));
  const { weights, matches } = learnWeights([...candidates, ...twins], random, DEFAULT_WEIGHTS);
  expect(weights.levels.givenName.DIFFERENT).toEqual(DEFAULT_WEIGHTS.levels.givenName.DIFFERENT);
  expect(matches).toBeLessThan(0.4);
});
