/**
 * The stories of the day as what is sent: events and records, in the order of the clock.
 *
 * It promises: the same seed and the same run give the same script, byte for byte; another run differs in its message
 * ids and conversations only, so that it can be sent to the same server; another seed is another cast.
 */

import type { Direction, InteractionKind, Visibility } from "../../timeline/interaction.type";
import { type ChannelName, channelSource } from "./channel-source";
import type { Moment, Person, Story, Trait, Upsert } from "./story";
import { traitOf } from "./traits";

export interface DemoIdentifier extends Trait {
  readonly assurance?: "VERIFIED";
}

/** EventInput of the schema. */
export interface DemoEvent {
  readonly messageId: string;
  readonly source: string;
  readonly channel: ChannelName;
  readonly kind: `${InteractionKind}`;
  readonly direction: `${Direction}`;
  readonly visibility: `${Visibility}`;
  readonly occurredAt: string;
  readonly conversationKey: string;
  readonly actor?: string;
  readonly text: string;
  readonly subject: {
    readonly key?: string;
    readonly identifiers: readonly DemoIdentifier[];
    readonly attributes: Record<string, string>;
  };
  readonly data?: Readonly<Record<string, string | number>>;
}

/** RecordInput of the schema. */
export interface DemoRecord {
  readonly source: string;
  readonly key: string;
  readonly identifiers: readonly DemoIdentifier[];
  readonly attributes: Record<string, string>;
  readonly observedAt: string;
}

interface Cue {
  /** Milliseconds since the start of the story's day. */
  readonly at: number;
  readonly person: Person;
  readonly text: string;
}

export type Step = Cue & ({ readonly event: DemoEvent } | { readonly record: DemoRecord });

export interface ScriptOptions {
  readonly seed: number;
  /** Makes the message ids of this run its own. */
  readonly run: string;
  /** Midnight of the story's day, in milliseconds since 1970. */
  readonly day: number;
}

const MINUTE_MS = 60_000;

export function writeScript(stories: readonly Story[], options: ScriptOptions): Step[] {
  const random = randomFrom(options.seed);
  const steps = stories.flatMap((story, index) =>
    story.moments.map((moment, number) => {
      const second = number === 0 || story.moments[number - 1]!.at !== moment.at ? 0 : 30;
      const at = clock(moment.at) + (second + Math.floor(random() * 30)) * 1000;
      return stepOf(story, moment, at, `${index + 1}-${number + 1}`, options);
    }),
  );
  return steps.sort((a, b) => a.at - b.at);
}

function stepOf(story: Story, moment: Moment | Upsert, at: number, id: string, options: ScriptOptions): Step {
  const person = story.people[moment.who];
  if (person === undefined) throw new Error(`"${story.title}" has no ${moment.who}`);
  const traits = moment.by.map((name) => {
    const trait = person.traits[name];
    if (trait === undefined) throw new Error(`${moment.who} has no ${name}`);
    return traitOf(trait, options.seed);
  });
  const time = new Date(options.day + at).toISOString();
  const cue = { at, person, text: moment.text };
  if ("crm" in moment) {
    const key = options.seed === 1 ? moment.key : `${moment.key}-${options.seed}`;
    const attributes = { ...person.attributes, language: person.language };
    return { ...cue, record: { source: moment.crm, key, identifiers: traits, attributes, observedAt: time } };
  }
  return { ...cue, event: eventOf(person, moment, traits, time, id, options) };
}

function eventOf(
  person: Person,
  moment: Moment,
  traits: readonly Trait[],
  occurredAt: string,
  id: string,
  { run }: ScriptOptions,
): DemoEvent {
  const { source, proves, nicknames } = channelSource(moment.channel);
  const identifiers = traits.map((trait) =>
    proves.includes(trait.kind) ? { ...trait, assurance: "VERIFIED" as const } : trait,
  );
  return {
    messageId: `demo-${run}-${id}`,
    source,
    channel: moment.channel,
    kind: moment.kind ?? "MESSAGE",
    direction: moment.direction ?? (moment.agent === undefined ? "INBOUND" : "OUTBOUND"),
    visibility: moment.visibility ?? "PRIVATE",
    occurredAt,
    conversationKey: `demo-${run}-${moment.who}-${source}`,
    actor: moment.agent,
    text: moment.text,
    subject: {
      // A CRM's own events are about the contact that its records describe.
      key: moment.channel === "CRM" ? traits[0]?.value : undefined,
      identifiers,
      attributes: attributesOf(person, moment, traits, nicknames === true),
    },
    data: moment.data,
  };
}

/** What the sender knows besides: a social channel a nickname, an account or a card the name, a cookie nothing. */
function attributesOf(
  person: Person,
  moment: Moment,
  traits: readonly Trait[],
  nicknames: boolean,
): Record<string, string> {
  if (moment.direction === "INTERNAL" || moment.agent !== undefined) return {};
  const { givenName, familyName } = person.attributes;
  if (nicknames) return { displayName: person.nickname ?? givenName, language: person.language };
  const known = traits.some(({ kind }) => kind === "USER_ID" || kind === "LOYALTY_ID");
  return known ? { givenName, familyName, language: person.language } : {};
}

function clock(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours! * 60 + minutes!) * MINUTE_MS;
}

/** Mulberry32: a small generator whose numbers depend on the seed alone. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
