import { pino } from "pino";
import { App, openApp } from "../../src/app";
import { readConfig } from "../../src/config";
import { decodeCursor, encodeCursor } from "../../src/feed/cursor";
import { FeedRetention } from "../../src/feed/feed-retention";
import { startTestServer, TestServer } from "../support/server";
import { Message, subscriber } from "../support/subscriber";
import { takeDump } from "../support/take-dump";

const log = pino({ level: "silent" });
const DAYS = 30;
const TENANT = "00000000-0000-7000-8000-000000000001";

interface Seen {
  cursor: string;
}

interface Page {
  changes: Seen[];
  cursor: string;
  hasMore: boolean;
}

let server: TestServer;
let restored: App;
let messages = 0;
/** What was given out, by when it was. */
let old: string[];
let kept: string[];
let lost: string[];
let lostProfileCursor: string;
let foreign: string[];
let cursorKey: Buffer;
let ann: string;

const PAGE = "query ($after: Cursor) { changes(after: $after, first: 1000) { changes { cursor } cursor hasMore } }";
const PROFILE = "query ($id: ID!) { profile(id: $id) { cursor } }";
const WATCH = "subscription ($id: ID!, $after: Cursor) { profileChanges(profileId: $id, after: $after) { cursor } }";
const WATCH_ALL = "subscription ($after: Cursor) { changes(after: $after) { cursor } }";

/** An answer of whichever server runs. */
async function ask<Data>(query: string, variables: object, key = server.adminKey) {
  const url = restored === undefined ? server.url : `http://127.0.0.1:${restored.port}`;
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Message<Data>;
}

async function say(times: number, who = "ann", key?: string): Promise<string> {
  let profileId = "";
  for (let n = 0; n < times; n += 1) {
    messages += 1;
    const event = { messageId: `cursors ${messages}`, source: "web", channel: "WEB", subject: { key: who } };
    const query = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
    const events = [{ ...event, occurredAt: "2026-01-01T09:00:00Z" }];
    const { data } = await ask<{ ingest: [{ profileId: string }] }>(query, { events }, key);
    [{ profileId }] = data!.ingest;
  }
  return profileId;
}

async function cursorsAfter(after: string | null, key?: string): Promise<string[]> {
  const { data } = await ask<{ changes: Page }>(PAGE, { after }, key);
  return data!.changes.changes.map(({ cursor }) => cursor);
}

const profileCursor = async () => (await ask<{ profile: Seen }>(PROFILE, { id: ann })).data!.profile.cursor;

async function forgetTheOld(): Promise<void> {
  const { ownerQuery } = server.testDatabase;
  for (const table of ["changes", "feeds"]) {
    await ownerQuery(`update ${table} set at = at - make_interval(days => $1)`, [DAYS + 1]);
  }
  await say(4);
  await new FeedRetention(server.database, log, DAYS, { rest: async () => undefined }).settle(TENANT);
}

/**
 * A feed that lost its beginning to retention, and its end to a restore, after which it went on otherwise:
 *
 *     old (taken away) | kept | dump | lost, and in their place other entries, though fewer
 */
beforeAll(async () => {
  server = await startTestServer();
  ann = await say(3);
  await say(1, "bo");
  await say(1);
  old = await cursorsAfter(null);
  await forgetTheOld();
  kept = await cursorsAfter(old.at(-1)!);
  const other = await server.makeTenant();
  await say(20, "cy", other);
  foreign = await cursorsAfter(null, other);
  const restore = await takeDump(server.testDatabase);
  await say(7);
  lost = await cursorsAfter(kept.at(-1)!);
  lostProfileCursor = await profileCursor();
  await server.stop();
  await restore();
  const config = readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "3" });
  restored = await openApp({ config, databaseUrl: server.testDatabase.url, adminKey: null, log });
  await say(2);
  await say(1, "bo");
  const [tenant] = await server.testDatabase.ownerQuery<{ cursor_key: Buffer }>(
    "select cursor_key from tenants where tenant_id = $1",
    [TENANT],
  );
  cursorKey = tenant!.cursor_key;
}, 120_000);
afterAll(async () => {
  await restored?.close();
  await server.close();
});

/** The cursor with one character changed. */
function altered(cursor: string, place: number): string {
  return `${cursor.slice(0, place)}${cursor[place] === "A" ? "B" : "A"}${cursor.slice(place + 1)}`;
}

function sealed(change: (point: { position: number; tag: number }) => { position: number; tag: number }): string {
  return encodeCursor(change(decodeCursor(kept.at(-1)!, cursorKey)), cursorKey);
}

const positionOf = (cursor: string): number => decodeCursor(cursor, cursorKey).position;

type Answer = { code: string | undefined; advice: string } | { positions: number[] };

function answerOf(message: Message<unknown>, cursors: readonly Seen[]): Answer {
  const [error] = message.errors ?? [];
  if (error === undefined) return { positions: cursors.map(({ cursor }) => positionOf(cursor)) };
  expect(message.data ?? null).toBeNull();
  return { code: error.extensions?.code, advice: error.message };
}

async function page(after: string): Promise<Answer> {
  const message = await ask<{ changes: Page }>(PAGE, { after });
  return answerOf(message, message.data?.changes.changes ?? []);
}

/** What a subscription is told up to the feed's end, which the last thing told to it is. */
async function stream(query: string, after: string): Promise<Answer> {
  const url = `ws://127.0.0.1:${restored.port}/graphql`;
  const opened = subscriber<Record<string, Seen>>(url, server.adminKey, query, { id: ann, after });
  const [end] = await server.testDatabase.ownerQuery<{ position: string }>(
    "select max(position) as position from changes where tenant_id = $1 and ($2 or profile_id = $3)",
    [TENANT, query === WATCH_ALL, ann],
  );
  const seen: Seen[] = [];
  try {
    for (let n = 1; ; n += 1) {
      const message = await opened.nth(n);
      const [change] = Object.values(message.data ?? {});
      if (message.errors !== undefined || change === undefined) {
        await opened.ended;
        expect(opened.received).toHaveLength(1);
        return answerOf(message, []);
      }
      seen.push(change);
      if (positionOf(change.cursor) >= Number(end!.position)) return answerOf(message, seen);
    }
  } finally {
    await opened.close();
  }
}

/** What the feed holds behind a position, for the three ways to go on. */
async function heldBehind(position: number): Promise<Answer[]> {
  const rows = await server.testDatabase.ownerQuery<{ position: string; profile: string }>(
    "select position, profile_id as profile from changes where tenant_id = $1 and position > $2 order by position",
    [TENANT, position],
  );
  const all = rows.map((row) => Number(row.position));
  const hers = rows.filter((row) => row.profile === ann).map((row) => Number(row.position));
  return [{ positions: all }, { positions: all }, { positions: hers }];
}

const refusal = (code: string, advice: string): Answer[] => {
  const answer = { code, advice: expect.stringContaining(advice) as string };
  return [answer, answer, answer];
};
const BAD = () => refusal("BAD_CURSOR", "Use one exactly as it was given to you.");
const EXPIRED = () => refusal("CURSOR_EXPIRED", "Read the profile again and resume from its `cursor`");
const GOES_ON = (cursor: string) => heldBehind(positionOf(cursor));

type Expected = (cursor: string) => Answer[] | Promise<Answer[]>;

describe("a cursor", () => {
  it.each<[string, Expected, () => string]>([
    ["that is empty", BAD, () => ""],
    ["that is none", BAD, () => "12"],
    ["of a list", BAD, () => "WyIwMTg5MDAwMC0wMDAwLTcwMDAiXQ"],
    ["without its last character", BAD, () => kept[0]!.slice(0, -1)],
    ["of which half is there", BAD, () => kept[0]!.slice(0, 16)],
    ["with a character more", BAD, () => `${kept[0]}A`],
    ["with padding", BAD, () => `${kept[0]}=`],
    [
      "in the other alphabet of base64",
      BAD,
      () => kept[0]!.replaceAll("_", "/").replaceAll("-", "+").replace(/^A/, "+"),
    ],
    ["whose position was changed", BAD, () => altered(kept[0]!, 9)],
    ["whose tag was changed", BAD, () => altered(kept[0]!, 15)],
    ["whose seal was changed", BAD, () => altered(kept[0]!, 31)],
    ["of another tenant, whose feed is longer", BAD, () => foreign.at(-1)!],
    ["of another tenant, at a place that this feed has too", BAD, () => foreign[positionOf(kept[0]!) - 1]!],
    ["from the future", EXPIRED, () => sealed(({ position, tag }) => ({ position: position + 100, tag }))],
    ["of an entry that never was", EXPIRED, () => sealed(({ position, tag }) => ({ position, tag: tag + 1 }))],
    ["older than retention, by far", EXPIRED, () => old[0]!],
    ["older than retention, by one", EXPIRED, () => old.at(-2)!],
    ["of the last entry that retention took", GOES_ON, () => old.at(-1)!],
    ["of the first entry that retention left", GOES_ON, () => kept[0]!],
    ["from before a restore, and before the dump", GOES_ON, () => kept.at(-1)!],
    ["from before a restore, where another entry is by now", EXPIRED, () => lost[0]!],
    ["from before a restore, where the feed ends by now", EXPIRED, () => lost[2]!],
    ["from before a restore, where the feed has not come to again", EXPIRED, () => lost[3]!],
    ["from before a restore, of a profile", EXPIRED, () => lostProfileCursor],
  ])("%s has one answer, to the query and to both subscriptions", async (_what, expected, make) => {
    const cursor = make();
    const answers = await Promise.all([page(cursor), stream(WATCH_ALL, cursor), stream(WATCH, cursor)]);
    expect(answers).toEqual(await expected(cursor));
  });

  it("that has expired is replaced by that of the profile, behind which nothing is missed", async () => {
    expect(await stream(WATCH, lost[0]!)).toMatchObject({ code: "CURSOR_EXPIRED" });
    const after = await profileCursor();
    await say(2);
    const { positions } = (await stream(WATCH, after)) as { positions: number[] };
    expect(positions).toEqual([1, 2].map((n) => positionOf(after) + n));
  });
});
