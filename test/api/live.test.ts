import { pino } from "pino";
import WebSocket from "ws";
import { App, openApp } from "../../src/app";
import { readConfig } from "../../src/config";
import { startTestServer, TestServer } from "../support/server";
import { Subscriber, subscriber } from "../support/subscriber";

let server: TestServer;
let persons = 0;
let messages = 0;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status interactionId profileId } }";
const FIELDS = `__typename cursor profileId
  ... on InteractionAdded { interaction { id text profile { id cursor } } }
  ... on ProfileUpdated { profile { id cursor } }
  ... on ProfilesMerged { absorbedIds profile { id } }
  ... on ProfileSplit { separatedIds profile { id } }`;
const WATCH = `subscription ($id: ID!, $after: Cursor) { profileChanges(profileId: $id, after: $after) { ${FIELDS} } }`;
const WATCH_ALL = `subscription ($after: Cursor) { changes(after: $after) { ${FIELDS} } }`;
const CURSOR = "{ changes(first: 0) { cursor } }";

interface Seen {
  __typename: string;
  cursor: string;
  profileId: string;
  interaction?: { id: string; text: string; profile: { id: string; cursor: string } };
  absorbedIds?: string[];
  separatedIds?: string[];
  profile?: { id: string; cursor?: string };
}

interface Identifier {
  kind: string;
  value: string;
}

function eventOf(key: string, text: string, identifiers: Identifier[] = []) {
  messages += 1;
  const subject = { key, identifiers };
  return {
    messageId: `live-${messages}`,
    source: "web",
    channel: "WEB",
    occurredAt: "2026-01-01T09:00:00Z",
    text,
    subject,
  };
}

async function ingest(events: object[], key?: string) {
  const answer = await server.data<{ ingest: { status: string; interactionId: string; profileId: string }[] }>(
    INGEST,
    { events },
    key,
  );
  expect(answer.ingest.map(({ status }) => status)).toEqual(events.map(() => "ACCEPTED"));
  return answer.ingest;
}

/** One event of a customer, of a new one unless a key is given. */
async function say(text: string, key = `person ${++persons}`, identifiers: Identifier[] = []) {
  const [result] = await ingest([eventOf(key, text, identifiers)]);
  return { key, ...result! };
}

const watch = (id: string, after?: string | null, key?: string) =>
  server.subscribe<{ profileChanges: Seen }>(WATCH, { id, after }, key);

async function nth(stream: Subscriber<{ profileChanges: Seen }>, n: number): Promise<Seen> {
  const { data, errors } = await stream.nth(n);
  if (!data) throw new Error(JSON.stringify(errors));
  return data.profileChanges;
}

async function refusal(stream: Subscriber<unknown>): Promise<string | undefined> {
  return (await stream.nth(1)).errors?.[0]?.extensions?.code;
}

/** A stream that has shown, by one event, that it is under way. */
async function watchFromNow(person: { key: string; profileId: string }) {
  const { profile } = await server.data<{ profile: { cursor: string } }>(
    "query ($id: ID!) { profile(id: $id) { cursor } }",
    { id: person.profileId },
  );
  const stream = watch(person.profileId, profile.cursor);
  await say("under way", person.key);
  expect((await nth(stream, 1)).interaction!.text).toBe("under way");
  return stream;
}

describe("profileChanges", () => {
  it("tells of an event as soon as it is there, with whatever is asked for", async () => {
    const ann = await say("first");
    const stream = await watchFromNow(ann);
    const { interactionId } = await say("สวัสดี", ann.key);
    const seen = await nth(stream, 2);
    expect(seen).toMatchObject({
      __typename: "InteractionAdded",
      profileId: ann.profileId,
      interaction: { id: interactionId, text: "สวัสดี", profile: { id: ann.profileId } },
    });
    expect(seen.interaction!.profile.cursor).toBe(seen.cursor);
  });

  it("goes on after the cursor of any change", async () => {
    const ann = await say("0");
    const stream = await watchFromNow(ann);
    for (const text of ["1", "2", "3"]) await say(text, ann.key);
    await nth(stream, 4);
    const seen = stream.received.map(({ data }) => data!.profileChanges);
    for (const [index, { cursor }] of seen.slice(0, 3).entries()) {
      const rest = watch(ann.profileId, cursor);
      await nth(rest, 3 - index);
      expect(rest.received.map(({ data }) => data!.profileChanges)).toEqual(seen.slice(index + 1));
      await rest.close();
    }
  });

  it("continues a profile that was read while twenty writers write, missing nothing", async () => {
    const ann = await say("0");
    let done = 0;
    const writers = Array.from({ length: 20 }, async () => {
      for (let n = 0; n < 4; n += 1) await say("more", ann.key);
      done += 1;
    });
    const read = async () => {
      const query = "query ($id: ID!) { profile(id: $id) { timeline(first: 100) { nodes { id } } cursor } }";
      const { profile } = await server.data<{
        profile: { cursor: string; timeline: { nodes: { id: string }[] } };
      }>(query, { id: ann.profileId });
      return { known: profile.timeline.nodes.map(({ id }) => id), stream: watch(ann.profileId, profile.cursor) };
    };
    const readers = [await read()];
    while (done < 10) readers.push(await read());
    await Promise.all(writers);
    const last = await say("last", ann.key);
    for (const { known, stream } of readers) {
      const seen: string[] = [];
      while (seen.at(-1) !== last.interactionId) seen.push((await nth(stream, seen.length + 1)).interaction!.id);
      expect(new Set(seen).size).toBe(seen.length);
      expect(new Set([...known, ...seen]).size).toBe(82);
      await stream.close();
    }
  });

  it("follows an id to the survivor of a merge and to its half of a split", async () => {
    const desk = [{ kind: "EMAIL", value: "desk@example.com" }];
    const bo = await say("bo", "bo", [{ kind: "PHONE", value: "+66812345678" }]);
    const cy = await say("cy", "cy", desk);
    const stream = await watchFromNow(cy);
    await say("one and the same", "both", [...desk, { kind: "PHONE", value: "+66812345678" }]);
    const merged = await nth(stream, 2);
    expect(merged).toMatchObject({
      __typename: "ProfilesMerged",
      profileId: bo.profileId,
      absorbedIds: [cy.profileId],
      profile: { id: bo.profileId },
    });
    expect(await nth(stream, 3)).toMatchObject({ profileId: bo.profileId, interaction: { text: "one and the same" } });
    await ingest(Array.from({ length: 15 }, (_, n) => eventOf(`visitor ${n}`, "hello", desk)));
    let n = 4;
    while ((await nth(stream, n)).__typename !== "ProfileSplit") n += 1;
    const split = await nth(stream, n);
    expect(split.separatedIds).toContain(cy.profileId);
    await say("still here", "bo");
    await say("alone again", "cy");
    expect(await nth(stream, n + 1)).toMatchObject({ profileId: cy.profileId, interaction: { text: "alone again" } });

    const again = watch(cy.profileId, (await nth(stream, 1)).cursor);
    await nth(again, n);
    expect(again.received.map(({ data }) => data!.profileChanges.cursor)).toEqual(
      stream.received.slice(1).map(({ data }) => data!.profileChanges.cursor),
    );
  });

  it("is told on one server what was written through another, and goes on there where the first one left off", async () => {
    const other = await openOther();
    try {
      const ann = await say("0");
      const first = await watchFromNow(ann);
      const elsewhere = subscriber<{ profileChanges: Seen }>(
        `ws://127.0.0.1:${other.port}/graphql`,
        server.adminKey,
        WATCH,
        { id: ann.profileId, after: (await nth(first, 1)).cursor },
      );
      for (const [index, text] of ["1", "2"].entries()) {
        await say(text, ann.key);
        expect((await nth(elsewhere, index + 1)).interaction!.text).toBe(text);
      }
      await elsewhere.close();
    } finally {
      await other.close();
    }
  });

  it("knows no profile of another tenant, and says so as of one that does not exist", async () => {
    const ann = await say("mine");
    const foreign = await server.makeTenant();
    const streams = [
      watch(ann.profileId, null, foreign),
      watch("01890000-0000-7000-8000-000000000000", null, foreign),
    ] as const;
    const [known, unknown] = await Promise.all(streams.map((stream) => stream.nth(1)));
    expect(known).toEqual(unknown);
    expect(known!.errors?.[0]?.extensions?.code).toBe("NOT_FOUND");
  });
});

describe("cursors", () => {
  it("are refused when they are empty, forged or another tenant's", async () => {
    const ann = await say("0");
    const { changes } = await server.data<{ changes: { cursor: string } }>("{ changes(first: 1) { cursor } }");
    const foreign = await server.makeTenant();
    const other = await server.data<{ changes: { cursor: string } }>(CURSOR, {}, foreign);
    const forged = `${changes.cursor.slice(0, -1)}${changes.cursor.endsWith("A") ? "B" : "A"}`;
    for (const bad of ["", forged, `${changes.cursor}=`, other.changes.cursor]) {
      expect([bad, await refusal(watch(ann.profileId, bad))]).toEqual([bad, "BAD_CURSOR"]);
      expect([bad, await refusal(server.subscribe(WATCH_ALL, { after: bad }))]).toEqual([bad, "BAD_CURSOR"]);
      const { errors } = await server.graphql("query ($after: Cursor) { changes(after: $after) { hasMore } }", {
        after: bad,
      });
      expect([bad, errors?.[0]?.extensions.code]).toEqual([bad, "BAD_CURSOR"]);
    }
  });

  it("exist for an empty feed, and begin it", async () => {
    const tenant = await server.makeTenant();
    const { changes } = await server.data<{ changes: { cursor: string } }>(CURSOR, {}, tenant);
    const stream = server.subscribe<{ changes: Seen }>(WATCH_ALL, { after: changes.cursor }, tenant);
    await ingest([eventOf("first ever", "hello")], tenant);
    expect((await stream.nth(2)).data!.changes.__typename).toBe("InteractionAdded");
  });

  it("of a profile is read before everything else of its operation, what the operation itself writes included", async () => {
    const ann = await say("0");
    const query = 'mutation ($id: ID!) { addNote(profileId: $id, text: "called back") { id profile { cursor } } }';
    const { addNote } = await server.data<{ addNote: { id: string; profile: { cursor: string } } }>(query, {
      id: ann.profileId,
    });
    const stream = watch(ann.profileId, addNote.profile.cursor);
    expect((await nth(stream, 1)).interaction!.id).toBe(addNote.id);
  });
});

describe("changes", () => {
  it("pages through the feed to its end, and its end is where the subscription begins", async () => {
    const tenant = await server.makeTenant();
    await ingest([eventOf("a", "1"), eventOf("b", "2")], tenant);
    const query = `query ($after: Cursor) { changes(first: 3, after: $after) { changes { ${FIELDS} } cursor hasMore } }`;
    interface Page {
      changes: { changes: Seen[]; cursor: string; hasMore: boolean };
    }
    const first = await server.data<Page>(query, {}, tenant);
    const second = await server.data<Page>(query, { after: first.changes.cursor }, tenant);
    expect([first.changes.hasMore, second.changes.hasMore]).toEqual([true, false]);
    expect([first, second].flatMap(({ changes }) => changes.changes.map((change) => change.__typename))).toEqual([
      "ProfileUpdated",
      "ProfileUpdated",
      "InteractionAdded",
      "InteractionAdded",
    ]);
    expect(second.changes.cursor).toBe(second.changes.changes[0]!.cursor);
    const stream = server.subscribe<{ changes: Seen }>(WATCH_ALL, { after: second.changes.cursor }, tenant);
    await ingest([eventOf("a", "3")], tenant);
    expect((await stream.nth(1)).data!.changes.interaction!.text).toBe("3");
  });
});

describe("who may watch", () => {
  it("is nobody with a PUBLIC key", async () => {
    const ann = await say("0");
    const { secret } = await server.makeKey("PUBLIC");
    expect(await refusal(watch(ann.profileId, null, secret))).toBe("FORBIDDEN");
    expect(await refusal(server.subscribe(WATCH_ALL, {}, secret))).toBe("FORBIDDEN");
    const { errors } = await server.graphql(CURSOR, {}, secret);
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("is nobody any more once the key is revoked: the stream ends with its socket", async () => {
    const ann = await say("0");
    const { id, secret } = await server.makeKey("AGENT");
    const stream = watch(ann.profileId, null, secret);
    await stream.connected;
    await server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id });
    expect(await stream.ended).toEqual({ code: 4401 });
    const before = stream.received.length;
    await say("unheard", ann.key);
    expect(stream.received).toHaveLength(before);
  });
});

describe("a client that stops reading", () => {
  it("is told CONSUMER_TOO_SLOW with the last cursor it has, and goes on from there", async () => {
    const ann = await say("0");
    const aliases = Array.from({ length: 12 }, (_, n) => `t${n}: text`).join(" ");
    const query = `subscription ($id: ID!) { profileChanges(profileId: $id) { cursor ... on InteractionAdded { interaction { id ${aliases} } } } }`;
    const client = await stubbornClient(query, { id: ann.profileId });
    await client.underWay(() => say("under way", ann.key));
    client.pause();
    const ids: string[] = [];
    const text = "x".repeat(8_000);
    for (let n = 0; n < 12; n += 1) {
      const sent = await ingest(Array.from({ length: 100 }, () => eventOf(ann.key, text)));
      ids.push(...sent.map(({ interactionId }) => interactionId));
    }
    const { seen, error } = await client.resume();
    expect(error).toMatchObject({ code: "CONSUMER_TOO_SLOW", details: { cursor: seen.at(-1)!.cursor } });
    const heard = seen.map(({ id }) => id).filter((id) => ids.includes(id));
    expect(heard).toEqual(ids.slice(0, heard.length));
    expect(heard.length).toBeLessThan(ids.length);
    const rest = watch(ann.profileId, error.details.cursor);
    const next = ids.slice(heard.length, heard.length + 20);
    for (const [index, id] of next.entries()) expect((await nth(rest, index + 1)).interaction!.id).toBe(id);
    client.close();
  });
});

describe("a server that stops", () => {
  it("ends the streams by going away", async () => {
    const other = await openOther();
    const ann = await say("0");
    const stream = subscriber(`ws://127.0.0.1:${other.port}/graphql`, server.adminKey, WATCH, { id: ann.profileId });
    await stream.connected;
    await other.close();
    expect(await stream.ended).toEqual({ code: 1001 });
  });
});

/** A second server on the same database. */
function openOther(): Promise<App> {
  const config = readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "3" });
  const log = pino({ level: "silent" });
  return openApp({ config, databaseUrl: server.testDatabase.url, adminKey: null, log });
}

interface Heard {
  id: string;
  cursor: string;
}

/** Speaks the protocol by hand, so that it can leave unread what arrives. */
async function stubbornClient(query: string, variables: Record<string, unknown>) {
  const socket = new WebSocket(server.wsUrl, "graphql-transport-ws");
  const seen: Heard[] = [];
  let error: { code: string; details: { cursor: string } } | undefined;
  let news: () => void = () => undefined;
  const send = (message: object): void => socket.send(JSON.stringify(message));
  socket.on("open", () => send({ type: "connection_init", payload: { authorization: `Bearer ${server.adminKey}` } }));
  socket.on("message", (data) => {
    const { type, payload } = JSON.parse(String(data));
    if (type === "connection_ack") send({ type: "subscribe", id: "1", payload: { query, variables } });
    if (type === "next") {
      const { cursor, interaction } = payload.data.profileChanges;
      seen.push({ cursor, id: interaction?.id });
    }
    if (type === "error") error = payload[0].extensions;
    news();
  });
  const until = (reached: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      news = () => {
        if (reached()) resolve();
      };
      news();
    });
  return {
    /** Repeats something until it was heard of: a subscription without a cursor begins at a moment of its own. */
    async underWay(provoke: () => Promise<unknown>) {
      while (seen.length === 0) await provoke();
    },
    pause: () => socket.pause(),
    /** Reads again, to the error that ends it. */
    async resume() {
      socket.resume();
      await until(() => error !== undefined);
      return { seen, error: error! };
    },
    close: () => socket.terminate(),
  };
}
