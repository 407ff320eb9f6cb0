import { buildSchema, type GraphQLEnumType } from "graphql";
import { CHANNEL_SOURCES } from "../../../src/connect/demo/channel-source";
import { DAY_AT_THE_SHOP } from "../../../src/connect/demo/day-at-the-shop";
import { type DemoEvent, type Step, writeScript } from "../../../src/connect/demo/script";
import { lineCheck, releasedSchema } from "../../../src/connect/import/line-check";

const DAY = Date.parse("2026-01-31T00:00:00Z");
const play = (seed: number, run = "r1"): Step[] => writeScript(DAY_AT_THE_SHOP, { seed, run, day: DAY });
const events = (steps: Step[]): DemoEvent[] => steps.flatMap((step) => ("event" in step ? [step.event] : []));
const enumValues = (name: string): string[] =>
  (buildSchema(releasedSchema()).getType(name) as GraphQLEnumType).getValues().map((value) => value.name);

const traits = (steps: Step[]): Set<string> =>
  new Set(
    steps
      .flatMap((step) => ("event" in step ? step.event.subject.identifiers : step.record.identifiers))
      .map(({ kind, value }) => `${kind} ${value}`),
  );

describe("The script of the demo", () => {
  test.each([1, 2, 100])("with seed %i holds only events that a server takes", (seed) => {
    const check = lineCheck(releasedSchema());
    for (const event of events(play(seed))) {
      expect(check({ number: 1, end: 0, text: JSON.stringify(event) })).toHaveProperty("ok");
    }
  });

  test("uses every channel and every kind of interaction there is", () => {
    const script = events(play(1));
    expect(Object.keys(CHANNEL_SOURCES).sort()).toEqual(enumValues("Channel").sort());
    expect([...new Set(script.map(({ channel }) => channel))].sort()).toEqual(enumValues("Channel").sort());
    expect([...new Set(script.map(({ kind }) => kind))].sort()).toEqual(enumValues("InteractionKind").sort());
    expect([...new Set(script.map(({ direction }) => direction))].sort()).toEqual(enumValues("Direction").sort());
  });

  test("speaks English, Thai and Japanese, both customers and agents", () => {
    const script = events(play(1));
    for (const said of [script.filter(({ actor }) => actor), script.filter(({ actor }) => !actor)]) {
      const texts = said.map(({ text }) => text);
      for (const letters of [/^[\x20-\x7e]+$/, /\p{Script=Thai}{3}/u, /\p{Script=Hiragana}{2}/u]) {
        expect(texts.filter((text) => letters.test(text)).length).toBeGreaterThan(5);
      }
    }
  });

  test("has a cast of a dozen or more, some of whom use four channels or more", () => {
    const channelsOf = new Map<string, Set<string>>();
    for (const step of play(1)) {
      if (!("event" in step)) continue;
      const name = step.person.shownAs;
      channelsOf.set(name, new Set(channelsOf.get(name)).add(step.event.channel));
    }
    expect(channelsOf.size).toBeGreaterThanOrEqual(12);
    expect([...channelsOf.values()].filter((channels) => channels.size >= 4).length).toBeGreaterThanOrEqual(5);
  });

  test("goes with the clock, and keeps the order of every story", () => {
    const steps = play(7);
    const times = steps.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    for (const story of DAY_AT_THE_SHOP) {
      const people = Object.values(story.people);
      const told = steps.filter(({ person }) => people.includes(person)).map(({ text }) => text);
      expect(told).toEqual(story.moments.map(({ text }) => text));
    }
  });

  test("is the same for the same seed and run", () => {
    expect(play(3)).toEqual(play(3));
  });

  test("differs in message ids alone in another run, where the people are the same", () => {
    const ids = (run: string): string[] => events(play(1, run)).map(({ messageId }) => messageId);
    expect(new Set([...ids("a"), ...ids("b")]).size).toBe(2 * ids("a").length);
    expect(traits(play(1, "a"))).toEqual(traits(play(1, "b")));
  });

  test("has another cast for every seed", () => {
    const first = traits(play(1));
    for (const seed of [2, 3, 100]) {
      const other = traits(play(seed));
      expect(other.size).toBe(first.size);
      expect([...other].filter((trait) => first.has(trait))).toEqual([]);
    }
  });
});
