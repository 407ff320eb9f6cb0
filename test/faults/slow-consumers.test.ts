import { join } from "node:path";
import { setTimeout as until } from "node:timers/promises";
import { openTestDatabase, TestDatabase } from "../support/database";
import { report, scale } from "../support/faults";
import { OnefoldProcess } from "../support/onefold-process";
import { ResumingSubscriber } from "../support/resuming-subscriber";
import { Subscriber, subscriber } from "../support/subscriber";
import { UnreadSocket } from "../support/unread-socket";

/** Half a minute of them, or a good second. */
const EVENTS = scale(60_000, 2_500);
/** Events beforehand, which leave the code loaded and compiled. */
const WARM_UP = scale(10_000, 1_000);
const EVENTS_A_SECOND = 2_000;
const BATCH = 100;
/** Events that readers may lie behind. */
const AHEAD = 400;
const UNREAD = 100;
/** Of these, how many read again in the end. */
const RESUMED = 3;
const NEIGHBOURS = 5;
const MEGABYTE = 2 ** 20;
/** How often the server is asked what it holds: collecting its garbage takes it a tenth of a second. */
const ASKED_EVERY_MS = 2_000;
/** Events that someone who reads is waited for at a time. */
const STRIDE = 2_000;

const TYPESCRIPT = join(__dirname, "../../bin/typescript.js");
const ANSWER_HELD = join(__dirname, "../support/answer-held.ts");

jest.setTimeout(scale(300_000, 90_000));

const ADMIN_KEY = "operator-of-the-slow-consumers-test";
const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status interactionId profileId } }";
const LIGHT = `subscription ($id: ID!, $after: Cursor) {
  profileChanges(profileId: $id, after: $after) { cursor ... on InteractionAdded { interaction { id } } } }`;
/** Answers of just under four kilobytes, which are copied for each socket. */
const HEAVY = `subscription ($id: ID!, $after: Cursor) {
  profileChanges(profileId: $id, after: $after) { cursor ... on InteractionAdded { interaction { id text } } } }`;
const TEXT = "x".repeat(3_800);

interface Seen {
  readonly profileChanges: { readonly cursor: string; readonly interaction: { readonly id: string } };
}

let database: TestDatabase;
let onefold: OnefoldProcess;
let server: { url: string; wsUrl: string; origin: string };
let messages = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  onefold = OnefoldProcess.run("serve", {
    DATABASE_URL: database.url,
    ONEFOLD_ADMIN_KEY: ADMIN_KEY,
    ONEFOLD_RATE_LIMIT: "off",
    ONEFOLD_LOG_LEVEL: "warn",
    NODE_OPTIONS: `-r ${TYPESCRIPT} -r ${ANSWER_HELD}`,
  });
  const { url, port } = await onefold.ready();
  server = { url, wsUrl: url.replace("http", "ws"), origin: `http://127.0.0.1:${port}` };
});

afterAll(async () => {
  onefold.signal("SIGTERM");
  await onefold.exit();
  await database.close();
});

async function ask<Data>(query: string, variables: object): Promise<Data> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

/**
 * Events of one customer, as many a second as there are to be, but never far ahead of those who read: a client that has
 * no processor time is no fault of the server's. Answers with the interactions, in their order.
 */
async function happen(
  count: number,
  readers: readonly Subscriber<Seen>[],
): Promise<{ profileId: string; ids: string[] }> {
  const already = readers[0]?.received.length ?? 0;
  const ids: string[] = [];
  let profileId = "";
  for (const began = performance.now(); ids.length < count; ) {
    const events = Array.from({ length: BATCH }, () => ({
      messageId: `slow-${++messages}`,
      source: "web",
      channel: "WEB",
      occurredAt: "2026-01-01T09:00:00Z",
      text: TEXT,
      subject: { key: "ann" },
    }));
    const { ingest } = await ask<{ ingest: { interactionId: string; profileId: string }[] }>(INGEST, { events });
    ids.push(...ingest.map(({ interactionId }) => interactionId));
    profileId = ingest[0]!.profileId;
    await Promise.all(readers.map((reader) => reader.nth(Math.max(1, already + ids.length - AHEAD))));
    await until(began + (ids.length * 1_000) / EVENTS_A_SECOND - performance.now());
  }
  return { profileId, ids };
}

let asked = 0;

/** What the server holds once its garbage is collected, in bytes. */
async function held(): Promise<number> {
  asked += 1;
  onefold.signal("SIGUSR2");
  return Number((await onefold.says(new RegExp(`answer ${asked}: (\\d+) bytes are held`)))[1]);
}

/** What something answers, and the most memory that the server held meanwhile, and that was resident, in bytes. */
async function mostMemory<Result>(work: Promise<Result>): Promise<Result & { most: number; resident: number }> {
  let over = false;
  const done = work.finally(() => {
    over = true;
  });
  let [most, resident] = [0, 0];
  while (!over) {
    resident = Math.max(resident, await metric("process_resident_memory_bytes"));
    most = Math.max(most, await held());
    await Promise.race([done.catch(() => undefined), until(ASKED_EVERY_MS)]);
  }
  return { ...(await done), most: Math.max(most, await held()), resident };
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)![1]);
}

const idOf = ({ profileChanges }: Seen): string => profileChanges.interaction.id;

async function idsUntil(stream: Subscriber<Seen>, count: number): Promise<string[]> {
  for (let place = Math.min(STRIDE, count); ; place = Math.min(place + STRIDE, count)) {
    await stream.nth(place);
    if (place === count) break;
  }
  return stream.received.map(({ data }) => idOf(data!));
}

it("a hundred sockets that stop reading cost bounded memory, hold up nobody, and go on from their cursors", async () => {
  const { profileId } = await happen(BATCH, []);
  const { profile } = await ask<{ profile: { cursor: string } }>("query ($id: ID!) { profile(id: $id) { cursor } }", {
    id: profileId,
  });
  const watch = (query: string, after: string): Subscriber<Seen> =>
    subscriber<Seen>(server.wsUrl, ADMIN_KEY, query, { id: profileId, after });
  const neighbours = Array.from({ length: NEIGHBOURS }, () => watch(LIGHT, profile.cursor));
  // Beforehand: the same events, read by all. What it takes then is what the events take.
  const heavy = watch(HEAVY, profile.cursor);
  const { most: before, resident, ids: warm } = await mostMemory(happen(WARM_UP, [heavy, ...neighbours]));
  for (const stream of [heavy, ...neighbours]) expect(await idsUntil(stream, WARM_UP)).toEqual(warm);
  await heavy.close();

  const last = neighbours[0]!.received.at(-1)!.data!.profileChanges.cursor;
  const unread: UnreadSocket<Seen>[] = [];
  while (unread.length < UNREAD) {
    const ten = Array.from({ length: 10 }, () =>
      UnreadSocket.open<Seen>(server.wsUrl, ADMIN_KEY, HEAVY, { id: profileId, after: last }),
    );
    unread.push(...(await Promise.all(ten)));
  }
  const paused = new ResumingSubscriber<Seen>(server.wsUrl, ADMIN_KEY, HEAVY, { id: profileId, after: last });
  void paused.saw(1).then(() => paused.pause());
  const { most: during, resident: since, ids } = await mostMemory(happen(EVENTS, neighbours));
  for (const stream of neighbours) expect((await idsUntil(stream, WARM_UP + EVENTS)).slice(WARM_UP)).toEqual(ids);
  const grown = (during - before) / MEGABYTE;
  const taken = (since - resident) / MEGABYTE;
  report(`${UNREAD} sockets that stop reading, ${EVENTS} events: at most ${grown.toFixed(0)} MB more are held`);
  report(`${UNREAD} sockets that stop reading, ${EVENTS} events: with garbage ${taken.toFixed(0)} MB more`);
  expect(grown).toBeLessThan(100);

  for (const socket of unread.slice(0, RESUMED)) {
    socket.resume();
    const { error, code } = await socket.ended;
    const heard = socket.seen.map(idOf);
    const cursor = socket.seen.at(-1)!.profileChanges.cursor;
    expect(heard.length).toBeLessThan(EVENTS);
    expect(heard).toEqual(ids.slice(0, heard.length));
    // Who reads too late finds the socket closed.
    if (error === undefined) expect(code).not.toBe(1000);
    else expect(error).toEqual({ code: "CONSUMER_TOO_SLOW", details: { cursor } });
    const rest = watch(LIGHT, cursor);
    expect(await idsUntil(rest, EVENTS - heard.length)).toEqual(ids.slice(heard.length));
    await rest.close();
  }
  // A client that resumes by itself notices nothing of it.
  paused.resume();
  await paused.saw(EVENTS);
  expect(paused.seen.map(idOf)).toEqual(ids);
  await paused.close();
  for (const socket of unread) socket.close();
  await Promise.all(neighbours.map((stream) => stream.close()));
});
