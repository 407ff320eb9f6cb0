import { pino } from "pino";
import { ensureDefaultTenant } from "../../src/access/default-tenant";
import { forgetChanges, holdFeedEdge } from "../../src/feed/feed-edge.repository";
import { FeedRetention, FeedRetentionOptions } from "../../src/feed/feed-retention";
import { codeOf, LiveServer, positionsOf, take } from "../support/live-server";
import { startTestServer, TestServer } from "../support/server";
import { makeViewer } from "../support/tenant";

const DAYS = 30;
const log = pino({ level: "silent" });

let server: TestServer;
let live: LiveServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Every test begins with a feed that is empty. */
beforeEach(async () => {
  const tables = await owner<{ tablename: string }>(
    "select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations'",
  );
  await owner(`truncate ${tables.map(({ tablename }) => tablename).join()}`);
  await ensureDefaultTenant(server.database, server.adminKey);
  live = new LiveServer(server.testDatabase, await makeViewer(server.database));
});
afterEach(() => live.stop());

function retention(options: FeedRetentionOptions = {}): FeedRetention {
  return new FeedRetention(server.database, log, DAYS, { rest: async () => undefined, ...options });
}

const owner = <Row>(text: string, values: readonly unknown[] = []) => server.testDatabase.ownerQuery<Row>(text, values);

/** Moves all that has happened so far so many days into the past. */
async function age(days: number): Promise<void> {
  for (const [table, column] of [
    ["changes", "at"],
    ["feeds", "at"],
    ["interactions", "received_at"],
    ["identity_events", "at"],
  ]) {
    await owner(`update ${table} set ${column} = ${column} - make_interval(days => $1)`, [days]);
  }
}

async function heldPositions(): Promise<number[]> {
  const rows = await owner<{ position: string }>("select position from changes order by position");
  return rows.map(({ position }) => Number(position));
}

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

const page = (after: string | null, first = 1_000) => live.live.listChanges(live.viewer.tenantId, after, first);

/** Customers who meet, part and are served, all with times of their own. */
async function history(): Promise<string[]> {
  const ids = [await live.knows("a", ["a@example.com"]), await live.knows("b", ["b@example.com"])];
  await live.servesInCrm("a");
  await live.knows("b", ["b@example.com", "a@example.com"]);
  for (const key of ["a", "b", "a"]) await live.servesInCrm(key);
  await live.knows("b", ["b@example.com"]);
  await live.servesInCrm("b");
  return ids;
}

describe("retention", () => {
  it("takes away what is older, and nothing that is younger", async () => {
    await live.happensOften("ann", 30);
    await age(DAYS + 1);
    const last = await live.newestPosition();
    await live.happensOften("ann", 5);
    await age(DAYS - 1);
    await live.happensOften("ann", 5);
    await retention({ entriesAStep: 7 }).settle(live.viewer.tenantId);
    expect(await heldPositions()).toEqual(upTo(last + 1, last + 10));
  });

  it("answers every cursor by what the feed still holds behind it: all of it, or CURSOR_EXPIRED", async () => {
    const beginning = (await page(null, 0)).cursor;
    await live.happensOften("ann", 20);
    await age(DAYS + 1);
    await live.happensOften("ann", 20);
    const { changes } = await page(null);
    const { profileId } = await live.happens("ann");
    const newest = await live.newestPosition();
    await retention({ entriesAStep: 4 }).settle(live.viewer.tenantId);
    const kept = await heldPositions();
    const edge = kept[0]! - 1;
    expect([edge, newest]).toEqual([21, 42]);
    for (const { cursor, position } of [{ cursor: beginning, position: 0 }, ...changes]) {
      if (position < edge) {
        for (const work of [page(cursor), live.watchAll(cursor), live.watch(profileId, cursor)]) {
          expect([position, await codeOf(work)]).toEqual([position, "CURSOR_EXPIRED"]);
        }
        continue;
      }
      expect(positionsOf((await page(cursor)).changes)).toEqual(upTo(position + 1, newest));
      for (const stream of [await live.watchAll(cursor), await live.watch(profileId, cursor)]) {
        expect(positionsOf(await take(stream, newest - position))).toEqual(upTo(position + 1, newest));
        await stream.return();
      }
    }
  });

  it("has moved on to another place than a cursor's when the entry it took away last was another, as after a restore", async () => {
    await live.happensOften("ann", 5);
    const cursor = await live.now();
    await age(DAYS + 1);
    const { profileId } = await live.happens("ann");
    await retention().settle(live.viewer.tenantId);
    const reads = () => [page(cursor), live.watchAll(cursor), live.watch(profileId, cursor)];
    expect(await Promise.all(reads().map(codeOf))).toEqual(Array(3).fill("not refused"));
    await owner("update feed_edges set tag = tag + 1");
    expect(await Promise.all(reads().map(codeOf))).toEqual(Array(3).fill("CURSOR_EXPIRED"));
  });

  it("leaves a poller without a cursor the oldest there is, and a cursor where there is nothing to tell", async () => {
    await live.happensOften("ann", 10);
    await age(DAYS + 1);
    await live.happensOften("ann", 3);
    await retention().settle(live.viewer.tenantId);
    const begin = await page(null, 0);
    expect(begin).toMatchObject({ changes: [], hasMore: true });
    const held = await heldPositions();
    expect(positionsOf((await page(begin.cursor)).changes)).toEqual(held);
    expect(positionsOf((await page(null)).changes)).toEqual(held);
    const nothing = { kinds: [], channels: null };
    const none = await live.live.listChanges(live.viewer.tenantId, null, 10, nothing);
    expect(none).toMatchObject({ changes: [], hasMore: false });
    await live.happens("ann");
    expect((await page(none.cursor)).changes).toHaveLength(1);
  });

  it("leaves the newest entry of a feed that has fallen silent, whose cursor and streams go on", async () => {
    const { profileId } = await live.happens("ann");
    const stream = await live.watch(profileId);
    await live.happens("ann");
    await take(stream, 1);
    const cursor = await live.now();
    await age(400);
    await retention().settle(live.viewer.tenantId);
    expect(await heldPositions()).toEqual([await live.newestPosition()]);
    expect(await live.now()).toBe(cursor);
    const resumed = await live.watchAll(cursor);
    const { interactionId } = await live.happens("ann");
    expect(await take(stream, 1)).toMatchObject([{ interactionId }]);
    expect(await take(resumed, 1)).toMatchObject([{ interactionId }]);
    await Promise.all([stream.return(), resumed.return()]);
  });

  it("does nothing to a feed that is empty, which keeps its cursor", async () => {
    const cursors = [(await page(null, 0)).cursor, await live.now()];
    await retention().look();
    for (const cursor of cursors) expect(await page(cursor)).toEqual({ changes: [], cursor, hasMore: false });
  });

  it("changes no answer about the past, and no history", async () => {
    const ids = await history();
    await age(DAYS + 1);
    await live.servesInCrm("a");
    const { changes } = await page(null);
    const moments = [...new Set(changes.map(({ at }) => at)), "2020-01-01T00:00:00Z"];
    const query = `query ($id: ID!, $asOf: DateTime) { profile(id: $id, asOf: $asOf) {
      id cursor formerIds records { id identifiers { kind value } } channels { channel interactions lastAt }
      timeline { nodes { id } } history { nodes { kind at profileIds } } } }`;
    const ask = () =>
      Promise.all(
        ids.flatMap((id) => [null, ...moments].map((asOf) => server.data<{ profile: object }>(query, { id, asOf }))),
      );
    const before = await ask();
    expect(new Set(before.map((answer) => JSON.stringify(answer))).size).toBeGreaterThan(10);
    await retention({ entriesAStep: 3 }).settle(live.viewer.tenantId);
    expect((await heldPositions()).length).toBeLessThan(3);
    expect(await ask()).toEqual(before);
  });

  it("is done by one server at a time, and together by all that there are", async () => {
    await live.happensOften("ann", 50);
    await age(DAYS + 1);
    await live.happens("ann");
    const servers = Array.from({ length: 4 }, () => retention({ entriesAStep: 3 }));
    expect(await servers[0]!.step(live.viewer.tenantId)).toBe("MOVED");
    await server.database.write(live.viewer.tenantId, async (tx) => {
      expect(await holdFeedEdge(tx)).toMatchObject({ position: 3 });
      for (const one of servers) expect(await one.step(live.viewer.tenantId)).toBe("BUSY");
    });
    await Promise.all(servers.map((one) => one.settle(live.viewer.tenantId)));
    await retention().settle(live.viewer.tenantId);
    expect(await heldPositions()).toEqual([await live.newestPosition()]);
    expect(await retention().step(live.viewer.tenantId)).toBe("DONE");
  });

  it("goes on where a server that stopped had come to", async () => {
    await live.happensOften("ann", 50);
    await age(DAYS + 1);
    await live.happens("ann");
    let steps = 0;
    const first: FeedRetention = retention({
      entriesAStep: 5,
      rest: async () => {
        steps += 1;
        if (steps === 3) void first.stop();
      },
    });
    await first.settle(live.viewer.tenantId);
    expect((await heldPositions())[0]).toBe(16);
    await retention({ entriesAStep: 5 }).settle(live.viewer.tenantId);
    expect(await heldPositions()).toEqual([await live.newestPosition()]);
  });

  it("holds up no writer while a step is under way", async () => {
    await live.happensOften("ann", 20);
    await age(DAYS + 1);
    await live.happens("ann");
    await server.database.write(live.viewer.tenantId, async (tx) => {
      await holdFeedEdge(tx);
      const [row] = await owner<{ tag: string }>("select tag from changes where position = 10");
      await forgetChanges(tx, 0, { position: 10, tag: Number(row!.tag) });
      await live.happens("ann");
      await live.happens();
    });
    expect((await heldPositions())[0]).toBe(11);
  });

  it("passes over suspended tenants, and comes to each of the others once an hour", async () => {
    await live.happensOften("ann", 10);
    await age(DAYS + 1);
    await live.happens("ann");
    const held = await heldPositions();
    await owner("update tenants set suspended_at = now()");
    await retention().look();
    expect(await heldPositions()).toEqual(held);
    await owner("update tenants set suspended_at = null");
    await retention().look();
    const left = await heldPositions();
    expect(left.length).toBeLessThan(held.length);
    await age(DAYS + 1);
    await live.happens("ann");
    await retention().look();
    expect((await heldPositions()).length).toBe(left.length + 1);
    await owner("update feed_edges set looked_at = looked_at - interval '61 minutes'");
    await retention().look();
    expect(await heldPositions()).toEqual([await live.newestPosition()]);
  });
});
