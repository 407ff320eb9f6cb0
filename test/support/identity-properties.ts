import type fc from "fast-check";
import { Facts } from "../../src/identity/resolve/facts";
import { DEFAULT_RULES, ResolutionRules } from "../../src/identity/resolve/resolution-rules";
import { resolve as realResolve } from "../../src/identity/resolve/resolve";
import { DENSE, Density, SPARSE } from "./identity-arbitrary";
import { Reference, referenceClusters } from "./identity-reference";
import { World } from "./identity-world";

export type Resolve = typeof realResolve;

/** How crowded random histories are, and the rules they are judged by. */
export interface Crowd {
  readonly density: Density;
  readonly rules: ResolutionRules;
}

/** Few hold the same value: long chains of joins. */
export const SPARSE_CROWD: Crowd = {
  density: SPARSE,
  rules: { ...DEFAULT_RULES, sharedLimits: { default: 3, byKind: {} } },
};

/** Everybody holds the same few values, and every limit is crossed all the time. */
export const DENSE_CROWD: Crowd = {
  density: DENSE,
  rules: {
    ...DEFAULT_RULES,
    sharedLimits: { default: 2, byKind: { EMAIL: 3, ANONYMOUS_ID: 3, USER_ID: 3 } },
    cap: 6,
  },
};

/** What is under test: how facts are resolved, and how the records are found that have to be resolved again. */
export interface Subject {
  readonly resolve: Resolve;
  makeWorld(rules: ResolutionRules, resolve: Resolve): World;
}

export const REAL: Subject = { resolve: realResolve, makeWorld: (rules, resolve) => new World(rules, resolve) };

/** One way in which an answer can be wrong: what it is, or null where it is right. Numbers of `dice` shuffle. */
export type Check = (world: World, rules: ResolutionRules, resolve: Resolve, dice: fc.Stream<number>) => string | null;

/** The profiles that were kept from step to step are those of a resolution from nothing, ids included. */
export const stepByStep: Check = (world, rules, resolve) => {
  const expected = resolve(world.facts(), rules).clusters.flatMap((cluster) =>
    cluster.map((id) => [id, [...cluster].sort()[0]] as const),
  );
  return differing(sorted(world.profileOf), sorted(expected));
};

/** The facts in another order give the same answer, evidence included. */
export const anyOrder: Check = (world, rules, resolve, dice) => {
  const facts = world.facts();
  const other = resolve(shuffled(facts, dice), rules);
  return differing(JSON.stringify(other), JSON.stringify(resolve(facts, rules)));
};

/** Had the same records arrived in another order, and so had each other's ids, the same would be together. */
export const anyArrival: Check = (world, rules, resolve, dice) => {
  const facts = world.facts();
  const ids = facts.records.map(({ id }) => id);
  const others = shuffle(ids, dice);
  const nameOf = new Map(ids.map((id, place) => [id, others[place]!]));
  const idOf = new Map(ids.map((id, place) => [others[place]!, id]));
  const { clusters } = resolve(renamed(facts, nameOf), rules);
  const back = clusters.map((cluster) => cluster.map((name) => idOf.get(name)!).sort());
  return differing(written(back), written(resolve(facts, rules).clusters));
};

/** The reference, which was written from the same words, gives the same profiles. */
export const asReference: Check = (world, rules, resolve) =>
  differing(
    written(resolve(world.facts(), rules).clusters),
    written(referenceClusters(world.facts(), rules, world.alike())),
  );

/** Claims take nothing apart that trusted facts join, and never join two trusted people. */
export const claimsChangeNothing: Check = (world, rules, resolve) => {
  const facts = world.facts();
  const trustedFacts = { ...facts, links: facts.links.filter(({ assurance }) => assurance !== "CLAIMED") };
  const reference = new Reference(trustedFacts, rules);
  const clusters = resolve(facts, rules).clusters;
  const people = new Map<readonly string[], readonly string[]>();
  for (const part of resolve(trustedFacts, rules).clusters) {
    const whole = clusters.find((cluster) => part.every((id) => cluster.includes(id)));
    if (!whole) return `claims took apart ${part.join(" ")}`;
    if (!part.some((id) => reference.isTrusted(id))) continue;
    const other = people.get(whole);
    if (other) return `claims joined ${part.join(" ")} and ${other.join(" ")}`;
    people.set(whole, part);
  }
  return null;
};

function shuffle<T>(things: readonly T[], dice: fc.Stream<number>): T[] {
  const left = [...things];
  return things.map(() => left.splice(dice.next().value! % left.length, 1)[0]!);
}

function shuffled(facts: Facts, dice: fc.Stream<number>): Facts {
  return {
    records: shuffle(facts.records, dice),
    identifiers: shuffle(facts.identifiers, dice),
    links: shuffle(facts.links, dice),
    rulings: shuffle(facts.rulings, dice).map((ruling) => ({
      ...ruling,
      sides: ruling.sides.map((side) => shuffle(side, dice)),
    })),
    ...(facts.similarity && {
      similarity: {
        profiles: new Map(shuffle([...facts.similarity.profiles], dice)),
        pairs: shuffle(facts.similarity.pairs, dice),
      },
    }),
  };
}

function renamed(facts: Facts, nameOf: ReadonlyMap<string, string>): Facts {
  const name = (id: string) => nameOf.get(id)!;
  return {
    identifiers: facts.identifiers,
    records: facts.records.map((record) => ({ ...record, id: name(record.id) })),
    links: facts.links.map((link) => ({ ...link, recordId: name(link.recordId) })),
    rulings: facts.rulings.map((ruling) => ({ ...ruling, sides: ruling.sides.map((side) => side.map(name)) })),
    ...(facts.similarity && {
      similarity: {
        profiles: new Map([...facts.similarity.profiles].map(([id, profile]) => [name(id), profile])),
        pairs: facts.similarity.pairs.map((pair) => {
          const [recordA, recordB] = [name(pair.recordA), name(pair.recordB)].sort() as [string, string];
          return { ...pair, recordA, recordB };
        }),
      },
    }),
  };
}

function differing(found: string, expected: string): string | null {
  return found === expected ? null : `found\n${found}\ninstead of\n${expected}`;
}

function sorted(entries: Iterable<readonly [string, string | undefined]>): string {
  return [...entries]
    .map(([id, profileId]) => `${id} in ${profileId}`)
    .sort()
    .join("\n");
}

function written(clusters: readonly (readonly string[])[]): string {
  return clusters
    .map((cluster) => cluster.join(" "))
    .sort()
    .join(" | ");
}
