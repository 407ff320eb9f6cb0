import { AccessService } from "../../src/access/access.service";
import { Database } from "../../src/db/database";
import { TimelineService } from "../../src/timeline/timeline.service";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let messages = 0;

beforeAll(async () => {
  server = await startTestServer();
});

afterEach(() => jest.restoreAllMocks());
afterAll(() => server.close());

interface Seen {
  readonly profileChanges: Record<string, unknown> & { readonly cursor: string };
}

const READ_BACK = `subscription ($id: ID!, $after: Cursor) { profileChanges(profileId: $id, after: $after) {
  cursor ... on InteractionAdded { interaction { text profile { displayName } } } } }`;

async function say(key: string, texts: readonly string[]): Promise<string> {
  const events = texts.map((text) => ({
    messageId: `shared-${++messages}`,
    source: "web",
    channel: "WEB",
    occurredAt: "2026-01-01T09:00:00Z",
    text,
    subject: { key },
  }));
  const query = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
  return (await server.data<{ ingest: { profileId: string }[] }>(query, { events })).ingest[0]!.profileId;
}

async function cursorOf(id: string): Promise<string> {
  const query = "query ($id: ID!) { profile(id: $id) { cursor } }";
  return (await server.data<{ profile: { cursor: string } }>(query, { id })).profile.cursor;
}

/** Notes every transaction that reads from now on. */
function transactions(): { count(): number } {
  const opened = (["read", "snapshot"] as const).map((mode) => jest.spyOn(Database.prototype, mode));
  return { count: () => opened.reduce((sum, { mock }) => sum + mock.calls.length, 0) };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, place) => `message ${place}`);

describe("one change that many watch", () => {
  it("is read as often as for one, however many they are", async () => {
    const id = await say("ann", ["hello"]);
    const after = await cursorOf(id);
    const watching = Array.from({ length: 20 }, () => server.subscribe<Seen>(READ_BACK, { id, after }));
    await say("ann", ["are you all there?"]);
    await Promise.all(watching.map((stream) => stream.nth(1)));
    const read = transactions();
    await say("ann", ["how much is it?"]);
    const answers = await Promise.all(watching.map((stream) => stream.nth(2)));
    // The writer's own, the feed's, and what the answer is made of; whoever asks for a key's lease meanwhile is among them.
    expect(read.count()).toBeLessThan(12);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ data: { profileChanges: { interaction: { text: "how much is it?" } } } });
  });

  it("is told to each with the fields, the words and the values that they asked for, and no others", async () => {
    const id = await say("bob", ["hello"]);
    const after = await cursorOf(id);
    const root = "profileChanges(profileId: $id, after: $after)";
    const given = "$id: ID!, $after: Cursor";
    const timeline = `subscription (${given}, $n: Int!) { ${root} {
      cursor ... on InteractionAdded { profile: interaction { profile { timeline(first: $n) { nodes { text } } } } } } }`;
    const asked: [query: string, variables: Record<string, unknown>, told: (text: string) => object][] = [
      [`subscription (${given}) { ${root} { cursor __typename } }`, {}, () => ({ __typename: "InteractionAdded" })],
      [
        `subscription (${given}) { ${root} { cursor ... on InteractionAdded { interaction { text } } } }`,
        {},
        (text) => ({ interaction: { text } }),
      ],
      [
        `subscription (${given}) { ${root} { cursor ... on InteractionAdded { it: interaction { said: text channel } } } }`,
        {},
        (text) => ({ it: { said: text, channel: "WEB" } }),
      ],
      [
        `subscription (${given}, $with: Boolean!) { ${root} { cursor
          ... on InteractionAdded { interaction { channel text @include(if: $with) } } } }`,
        { with: false },
        () => ({ interaction: { channel: "WEB" } }),
      ],
      [
        `subscription (${given}, $with: Boolean!) { ${root} { cursor
          ... on InteractionAdded { interaction { channel text @include(if: $with) } } } }`,
        { with: true },
        (text) => ({ interaction: { channel: "WEB", text } }),
      ],
      [timeline, { n: 1 }, (text) => ({ profile: { profile: { timeline: { nodes: [{ text }] } } } })],
      [
        timeline,
        { n: 2 },
        (text) => ({ profile: { profile: { timeline: { nodes: [{ text }, { text: "hello" }] } } } }),
      ],
    ];
    const watching = asked.flatMap(([query, variables, told]) =>
      [0, 1].map(() => ({ told, stream: server.subscribe<Seen>(query, { id, after, ...variables }) })),
    );
    await say("bob", ["two tickets, please"]);
    for (const { told, stream } of watching) {
      const { data, errors } = await stream.nth(1);
      expect(errors).toBeUndefined();
      const { cursor, ...rest } = data!.profileChanges;
      expect(cursor).toEqual(expect.any(String));
      expect(rest).toEqual(told("two tickets, please"));
    }
  });
});

describe("an event that cannot be answered at this moment", () => {
  const away = (): Promise<never> => Promise.reject(new Error("Connection terminated unexpectedly"));

  it.each([
    ["read", () => jest.spyOn(TimelineService.prototype, "interactionOf").mockImplementationOnce(away)],
    ["confirmed", () => jest.spyOn(AccessService.prototype, "confirmRead").mockImplementationOnce(away)],
  ])("as it cannot be %s, is told once it can be, before what follows it", async (what, fail) => {
    const id = await say(what, ["hello"]);
    const stream = server.subscribe<Seen>(READ_BACK, { id, after: await cursorOf(id) });
    await say(what, ["are you there?"]);
    await stream.nth(1);
    fail();
    await say(what, ["now?"]);
    await say(what, ["and now?"]);
    await stream.nth(3);
    const told = stream.received.map(({ data }) => (data!.profileChanges.interaction as { text: string }).text);
    expect(told).toEqual(["are you there?", "now?", "and now?"]);
    expect(stream.received.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  });
});

describe("a long backlog", () => {
  it("is read many changes a transaction, and told in its order", async () => {
    const id = await say("eve", ["hello"]);
    const after = await cursorOf(id);
    const texts = numbers(1_200);
    for (let at = 0; at < texts.length; at += 100) await say("eve", texts.slice(at, at + 100));
    const read = transactions();
    const stream = server.subscribe<Seen>(READ_BACK, { id, after });
    await stream.nth(texts.length);
    // Three pages of the feed, and twenty times what up to a hundred changes are about.
    expect(read.count()).toBeLessThan(60);
    const told = stream.received.map(({ data }) => (data!.profileChanges.interaction as { text: string }).text);
    expect(told).toEqual(texts);
  });
});
