import { Facts, Link, Ruling } from "../../src/identity/resolve/facts";
import { ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import type { Bond } from "../../src/identity/resolve/resolve-bond";
import type { Level } from "../../src/identity/resolve/strength";
import type { SimilarPair } from "../../src/identity/similarity/similar-pair";
import { similarPairs, strongestFirst } from "../../src/identity/similarity/similar-pairs";
import { Comparing, DENSE_LIKENESS, LikeWorld, SPARSE_LIKENESS } from "./identity-likeness";
import {
  anyArrival,
  asReference,
  Check,
  Crowd,
  claimsChangeNothing,
  DENSE_CROWD,
  REAL,
  Resolve,
  SPARSE_CROWD,
  Subject,
  stepByStep,
} from "./identity-properties";
import { World } from "./identity-world";

/** A plausible wording that is wrong, and the property that says so. */
export interface Mutant {
  readonly wording: string;
  readonly subject: Subject;
  readonly check: Check;
  readonly everyStep: boolean;
  /** The histories by which it is to be found out; each misses what the other finds. */
  readonly crowds: readonly [dense: Crowd, sparse: Crowd];
}

const BY_IDENTIFIERS = [DENSE_CROWD, SPARSE_CROWD] as const;
const BY_LIKENESS = [DENSE_LIKENESS, SPARSE_LIKENESS] as const;

const RESOLVE = "../../src/identity/resolve";

/** The real `resolve`, with something else in the place of what one of its files exports. */
function resolveWith<Exports extends object>(file: string, change: (actual: Exports) => Partial<Exports>): Resolve {
  const path = require.resolve(`${RESOLVE}/${file}`);
  let mutated: Resolve = REAL.resolve;
  jest.isolateModules(() => {
    jest.doMock(path, () => {
      const actual = jest.requireActual<Exports>(path);
      return { ...actual, ...change(actual) };
    });
    mutated = jest.requireActual<{ resolve: Resolve }>(`${RESOLVE}/resolve`).resolve;
    jest.dontMock(path);
  });
  return mutated;
}

interface GroupFile {
  judgeTogether(bonds: readonly Bond[], records: number, judgement: object): void;
}

const tiesByRecordId = resolveWith<GroupFile>("resolve-group", ({ judgeTogether }) => ({
  judgeTogether(bonds, records, judgement) {
    const pairs = bonds.flatMap(pairsOf).sort((a, b) => a.members[0]! - b.members[0]! || a.members[1]! - b.members[1]!);
    for (const pair of pairs) judgeTogether([pair], records, judgement);
  },
}));

const kindBeforeAssurance = resolveWith<{ LEVELS: readonly Level[] }>("strength", ({ LEVELS }) => ({
  // A stable sort: within a kind the surer one stays first.
  LEVELS: [...LEVELS].sort((a, b) => a.tier - b.tier),
}));

interface BondsFile {
  bondsOf(facts: object, level: Level): Bond[];
}

const chainOfCarriers = resolveWith<BondsFile>("resolve-bonds", ({ bondsOf }) => ({
  bondsOf: (facts, level) =>
    bondsOf(facts, level).flatMap((bond) => bond.members.slice(1).map((_, i) => part(bond, i, i + 1))),
}));

function pairsOf(bond: Bond): Bond[] {
  return bond.members.flatMap((_, i) => bond.members.slice(i + 1).map((__, j) => part(bond, i, i + 1 + j)));
}

function part(bond: Bond, ...places: readonly [number, number]): Bond {
  const ranks = places.map((place) => bond.ranks[place]!);
  return { ...bond, members: places.map((place) => bond.members[place]!), ranks };
}

/** A DIFFERENT ruling stands only where newer rulings leave all of its pairs apart. */
const differentAllOrNothing: Resolve = (facts, rules) => {
  const stands = (ruling: Ruling): boolean => {
    if (ruling.kind === "SAME") return true;
    const newer = facts.rulings.filter(({ position }) => position > ruling.position);
    const { clusters } = REAL.resolve(onlyRulings(facts, newer), rules);
    return clusters.every(
      (cluster) => ruling.sides.filter((side) => side.some((id) => cluster.includes(id))).length < 2,
    );
  };
  return REAL.resolve({ ...facts, rulings: facts.rulings.filter(stands) }, rules);
};

function onlyRulings({ records }: Facts, rulings: readonly Ruling[]): Facts {
  return { records, identifiers: [], links: [], rulings };
}

class OneHop extends World {
  protected override closure(seeds: readonly string[]): Set<string> {
    const near = new Set(seeds);
    for (const { recordId, identifierId } of this.links.values())
      if (seeds.includes(recordId)) for (const id of this.carriers(identifierId)) near.add(id);
    return new Set([...near].flatMap((id) => [id, ...this.profile(id)]));
  }
}

class OnlyTheNewRecord extends World {
  protected override opened(): string[] {
    return [];
  }
}

class ForgottenNeighbours extends World {
  protected override neighbours({ recordId }: Link): string[] {
    return [recordId];
  }
}

/** A SAME ruling has both customers in one list: of it, too, one half is taken. */
class OneSideOfARuling extends World {
  protected override ruled(sides: Ruling["sides"]): string[] {
    const [one, other] = sides;
    return other ? [...one!] : one!.slice(0, Math.ceil(one!.length / 2));
  }
}

function resolving(wording: string, resolve: Resolve, check: Check): Mutant {
  return { wording, subject: { ...REAL, resolve }, check, everyStep: false, crowds: BY_IDENTIFIERS };
}

function loading(wording: string, Loading: new (rules: ResolutionRules, resolve: Resolve) => World): Mutant {
  const makeWorld: Subject["makeWorld"] = (rules, resolve) => new Loading(rules, resolve);
  return { wording, subject: { ...REAL, makeWorld }, check: stepByStep, everyStep: true, crowds: BY_IDENTIFIERS };
}

/** Compares what changed with what there is at that moment; what did not change keeps what was found then. */
function whenTheyChange(compare: Comparing["fromNothing"]): Comparing["after"] {
  return (kept, records, changed, rules) => {
    const touches = ({ recordA, recordB }: SimilarPair) => changed.has(recordA) || changed.has(recordB);
    return [...kept.filter((pair) => !touches(pair)), ...compare(records, rules).filter(touches)];
  };
}

/** The rarer a family name is among those who are there, the more it says. */
const liveFrequencies: Comparing["fromNothing"] = (records, rules) => {
  const counts = new Map<string, number>();
  for (const { profile } of records) {
    for (const name of profile.name?.family ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const profileOf = new Map(records.map(({ id, profile }) => [id, profile]));
  const all = similarPairs(records, { ...rules, reviewThreshold: rules.reviewThreshold - FREQUENCY_BITS });
  return all.flatMap((pair) => {
    const [name] = profileOf.get(pair.recordA)!.name?.family ?? [];
    const share = name === undefined ? 1 : counts.get(name)! / records.length;
    const strength = pair.strength - FREQUENCY_BITS - Math.log2(share);
    return strength >= rules.reviewThreshold ? [{ ...pair, strength }] : [];
  });
};

/** As many bits as the name that everybody has loses. */
const FREQUENCY_BITS = 2;
/** How many of those with whom a record could be compared it is compared with. */
const CANDIDATES = 2;

/** Each is compared with the best of those who were there before. */
const bestCandidates: Comparing["fromNothing"] = (records, rules) => {
  const pairs = similarPairs(records, rules);
  const taken = new Map<string, number>();
  return [...pairs].sort(strongestFirst).filter(({ recordA, recordB }) => {
    const [one, other] = [taken.get(recordA) ?? 0, taken.get(recordB) ?? 0];
    if (one >= CANDIDATES || other >= CANDIDATES) return false;
    taken.set(recordA, one + 1).set(recordB, other + 1);
    return true;
  });
};

function comparing(wording: string, fromNothing: Comparing["fromNothing"]): Mutant {
  const mutated = { fromNothing, after: whenTheyChange(fromNothing) };
  const makeWorld: Subject["makeWorld"] = (rules, resolve) => new LikeWorld(rules, resolve, mutated);
  return { wording, subject: { ...REAL, makeWorld }, check: stepByStep, everyStep: true, crowds: BY_LIKENESS };
}

export const MUTANTS: readonly Mutant[] = [
  resolving("of equally strong joins the one of the older record goes first", tiesByRecordId, anyArrival),
  resolving("a claimed user id goes before an asserted e-mail address", kindBeforeAssurance, claimsChangeNothing),
  resolving("a value joins its carriers in a chain, each to the next", chainOfCarriers, anyArrival),
  resolving("a DIFFERENT ruling holds as a whole or not at all", differentAllOrNothing, asReference),
  loading("one hop and the members of the profiles are loaded", OneHop),
  loading("of a value that becomes shared only the new record is resolved again", OnlyTheNewRecord),
  loading("those who lose a common value are forgotten", ForgottenNeighbours),
  loading("of a ruling one side is resolved again", OneSideOfARuling),
  comparing("a name says more while few who are there have it", liveFrequencies),
  comparing("of those who could be alike only the best few are compared", bestCandidates),
];
