import fc from "fast-check";
import { Facts } from "../../../../src/identity/resolve/facts";
import { DEFAULT_RULES } from "../../../../src/identity/resolve/resolution-rules";
import { resolve } from "../../../../src/identity/resolve/resolve";
import { DEFAULT_WEIGHTS, type SimilarityWeights } from "../../../../src/identity/similarity/model";
import { scorePair } from "../../../../src/identity/similarity/score";
import { similarPairs } from "../../../../src/identity/similarity/similar-pairs";
import { DEFAULT_SIMILARITY } from "../../../../src/identity/similarity/similarity-rules";
import { isWithinReach } from "../../../../src/identity/similarity/within-reach";
import { person, type Said } from "./people";

const given = [
  "Ann",
  "Anne",
  "Bob",
  "Robert",
  "R",
  "Darla",
  "Darlene",
  "สมชาย",
  "สมศักดิ์",
  "健",
  "健太",
  "Wei",
  "伟",
  "",
  "N/A",
];
const family = ["Lee", "Smith", "Smith Jr", "Smith Sr", "Smtih", "ใจดี", "佐藤", "Zhang", "张", ""];
const dates = ["1980-05-06", "1980-06-05", "6/5/80", "1981-05-06", "1951-11-30", "19801350", ""];
const few = (values: readonly string[]) => fc.constantFrom(...values);
const said: fc.Arbitrary<Said> = fc.record(
  {
    givenName: few(given),
    familyName: few(family),
    displayName: few(["Ann Lee", "Lee, Ann", "佐藤健", "张伟", "สมชาย ใจดี"]),
    dateOfBirth: few(dates),
    gender: few(["m", "f", "u"]),
    email: few(["ann.lee@example.com", "ann.lee@example.org", "ann.leee@example.com", "x9@example.com"]),
    phone: few(["+66812345678", "+66812345687", "+10812345678", "+15035551234"]),
    ssn: few(["123456", "123465", "998877"]),
    organization: few(["Acme Inc", "Acme Europe", "Zenith"]),
    address: fc.record(
      {
        line: few(["12 Elm Street", "12 Elm St", "21 Elm St", "神南1-2-3", "255 ถนนพระราม4"]),
        city: few(["Arlington", "Arlingotn", "渋谷区"]),
        postalCode: few(["23208", "23280", "150-0041"]),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const seed = 20_261_122;

/** Other rates than ours, under which any level may be worth more than any other. */
const weights: fc.Arbitrary<SimilarityWeights> = fc
  .tuple(
    fc.infiniteStream(fc.double({ min: 0.0001, max: 1, noNaN: true })),
    fc.constantFrom(0, 3),
    fc.constantFrom(0, 7, Number.POSITIVE_INFINITY),
    fc.constantFrom(0, 11, Number.POSITIVE_INFINITY),
  )
  .map(([rates, rareAtMost, addressAtMost, householdAtMost]) => {
    const next = () => rates.next().value as number;
    const levels = Object.entries(DEFAULT_WEIGHTS.levels).map(([attribute, known]) => [
      attribute,
      Object.fromEntries(Object.keys(known).map((level) => [level, { m: next(), u: next() }])),
    ]);
    return { ...DEFAULT_WEIGHTS, rareAtMost, addressAtMost, householdAtMost, levels: Object.fromEntries(levels) };
  });

test(`no pair is given up that is as alike as it has to be (seed ${seed})`, () => {
  let givenUp = 0;
  fc.assert(
    fc.property(said, said, fc.oneof(fc.constant(DEFAULT_WEIGHTS), weights), (one, other, compared) => {
      const [a, b] = [person(one), person(other)];
      const { strength } = scorePair(a, b, compared);
      expect(isWithinReach(a, b, compared, strength)).toBe(true);
      expect(isWithinReach(b, a, compared, strength)).toBe(true);
      if (!isWithinReach(a, b, compared, strength + 8)) givenUp += 1;
    }),
    { seed, numRuns: 1_500 },
  );
  expect(givenUp).toBeGreaterThan(150);
});

test(`a score is symmetrical, repeats itself, and is the sum of what it says (seed ${seed})`, () => {
  fc.assert(
    fc.property(said, said, (one, other) => {
      const [a, b] = [person(one), person(other)];
      const there = scorePair(a, b, DEFAULT_WEIGHTS);
      const back = scorePair(b, a, DEFAULT_WEIGHTS);
      expect(scorePair(person(one), person(other), DEFAULT_WEIGHTS)).toEqual(there);
      expect(back.strength).toBe(there.strength);
      const turned = back.comparisons.map((found) => ({ ...found, valueA: found.valueB, valueB: found.valueA }));
      expect(turned).toEqual(there.comparisons);
      const sum = there.comparisons.reduce((total, { weight }) => total + weight, 0);
      expect(there.strength).toBeCloseTo(sum, 9);
      expect(Number.isFinite(there.strength)).toBe(true);
    }),
    { seed, numRuns: 600 },
  );
});

test(`what people say in any order gives the same profiles (seed ${seed})`, () => {
  const people = fc.array(said, { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(people, fc.infiniteStream(fc.nat()), fc.constantFrom(10, 15, 19.3), (list, shuffle, autoThreshold) => {
      const named = list.map((one, i) => ({ id: `r${i}`, profile: person(one) }));
      const places = new Map(named.map(({ id }) => [id, shuffle.next().value]));
      const shuffled = [...named].sort((a, b) => places.get(a.id)! - places.get(b.id)! || (a.id < b.id ? 1 : -1));
      expect(partition(shuffled, autoThreshold)).toEqual(partition(named, autoThreshold));
    }),
    { seed, numRuns: 300 },
  );
});

function partition(
  records: readonly { id: string; profile: ReturnType<typeof person> }[],
  autoThreshold: number,
): string[] {
  const rules = { ...DEFAULT_SIMILARITY, autoThreshold };
  const facts: Facts = {
    records: records.map(({ id }) => ({ id, source: "", person: {} })),
    identifiers: [],
    links: [],
    rulings: [],
    similarity: {
      profiles: new Map(records.map(({ id, profile }) => [id, profile])),
      pairs: similarPairs(records, rules),
    },
  };
  const { clusters } = resolve(facts, { ...DEFAULT_RULES, similarity: rules });
  return clusters.map((ids) => [...ids].sort().join(" ")).sort();
}
