import { Database } from "../../src/db/database";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { BUFFER_ENTRIES } from "../../src/live/bounded-buffer";
import { InteractionAdded } from "../../src/live/change.type";
import { event } from "../support/events";
import { codeOf, kindsOf, LiveServer, positionsOf, take, takeUntil } from "../support/live-server";

let server: LiveServer;

beforeAll(async () => {
  server = await LiveServer.open();
});

afterAll(() => server.close());

describe("watching a profile", () => {
  it("tells what happens to it from now on, and nothing of anybody else", async () => {
    const ann = await server.happens();
    const stream = await server.watch(ann.profileId);
    await server.happens();
    const { interactionId } = await server.happens(ann.key);
    const [first] = await take(stream, 1);
    expect(first).toBeInstanceOf(InteractionAdded);
    expect(first).toMatchObject({ profileId: ann.profileId, interactionId });
    await stream.return();
  });

  it("goes on after a cursor without a gap and without anything twice", async () => {
    const start = await server.now();
    const ann = await server.happens();
    for (let n = 0; n < 5; n += 1) await server.happens(ann.key);
    const whole = await take(await server.watch(ann.profileId, start), 7);
    expect(kindsOf(whole).sort()).toEqual([...Array(6).fill("InteractionAdded"), "ProfileUpdated"]);
    for (const [index, { cursor }] of whole.entries()) {
      const rest = await server.watch(ann.profileId, cursor);
      expect(positionsOf(await take(rest, 6 - index))).toEqual(positionsOf(whole.slice(index + 1)));
      await rest.return();
    }
  });

  it("goes over from the past to the present at any moment of many writers", async () => {
    const start = await server.now();
    const ann = await server.happens();
    let writing = true;
    let end = Number.POSITIVE_INFINITY;
    const writers = Array.from({ length: 20 }, async () => {
      for (let n = 0; n < 10; n += 1) await server.happens(ann.key);
    });
    const told: Promise<number[]>[] = [];
    const follow = async () => takeUntil(await server.watch(ann.profileId, start), () => end).then(positionsOf);
    const joiners = (async () => {
      while (writing) {
        told.push(follow());
        await server.happens();
      }
    })();
    await Promise.all(writers);
    writing = false;
    await joiners;
    end = await server.newestPosition();
    await server.happens(ann.key);
    const first = await follow();
    expect(first).toHaveLength(202);
    expect([...new Set(first)].sort((a, b) => a - b)).toEqual(first);
    expect(told.length).toBeGreaterThan(2);
    for (const one of await Promise.all(told)) expect(one).toEqual(first);
  });

  it("reads a long past in pages", async () => {
    const ann = await server.happens();
    const start = await server.now();
    await server.happensOften(ann.key, 1_000);
    await server.happensOften(ann.key, 1);
    const stream = await server.watch(ann.profileId, start);
    const taken = positionsOf(await take(stream, 1_001));
    expect(taken).toEqual(taken.map((_, index) => taken[0]! + index));
    await stream.return();
  });

  it("is refused for an id that leads nowhere, whatever it looks like", async () => {
    for (const id of ["01890000-0000-7000-8000-000000000000", "nobody", ""]) {
      expect(await codeOf(server.watch(id))).toBe("NOT_FOUND");
    }
  });
});

describe("watching a tenant", () => {
  it("tells everything in the order of the feed", async () => {
    const stream = await server.watchAll();
    const survivor = await server.knows("t1", ["t1@example.com"]);
    await server.knows("t2", ["t2@example.com"]);
    await server.knows("t2", ["t2@example.com", "t1@example.com"]);
    const told = await take(stream, 3);
    expect(kindsOf(told)).toEqual(["ProfileUpdated", "ProfileUpdated", "ProfilesMerged"]);
    expect(told[2]!.profileId).toBe(survivor);
    expect(positionsOf(told)).toEqual([0, 1, 2].map((n) => told[0]!.position + n));
    await stream.return();
  });

  it("ends the wait for the next change when it is ended", async () => {
    const stream = await server.watchAll();
    const waiting = stream.next();
    await stream.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it("hands the very same change to all who watch it", async () => {
    const ann = await server.happens();
    const streams = await Promise.all([server.watchAll(), server.watchAll(), server.watch(ann.profileId)]);
    await server.happens(ann.key);
    await Promise.all(streams.map((stream) => take(stream, 1)));
    await server.happens(ann.key);
    const [one, ...others] = (await Promise.all(streams.map((stream) => take(stream, 1)))).flat();
    for (const other of others) expect(other).toBe(one);
    for (const stream of streams) await stream.return();
  });
});

describe("a subscriber that takes too slowly", () => {
  it("is ended with the cursor from which it goes on, and holds up nobody else", async () => {
    const ann = await server.happens();
    const [slow, quick] = await Promise.all([server.watch(ann.profileId), server.watch(ann.profileId)]);
    await server.happens(ann.key);
    const [first] = await take(slow, 1);
    const taken = take(quick, BUFFER_ENTRIES + 101);
    for (let n = 0; n <= BUFFER_ENTRIES; n += 100) await server.happensOften(ann.key, 100);
    const all = positionsOf(await taken);
    const error: unknown = await slow.next().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CONSUMER_TOO_SLOW", details: { cursor: first!.cursor } });
    expect(await slow.next()).toEqual({ done: true, value: undefined });
    const resumed = await server.watch(ann.profileId, first!.cursor);
    expect(positionsOf(await take(resumed, BUFFER_ENTRIES + 100))).toEqual(all.slice(1));
    await Promise.all([quick.return(), resumed.return()]);
  });
});

describe("several servers on one database", () => {
  it("tell on one what was written through another", async () => {
    const database = await Database.open(server.db.url, { poolSize: 2 });
    const other = new LiveServer(server.db, server.viewer, database);
    try {
      const ann = await server.happens();
      const stream = await other.watch(ann.profileId);
      for (let n = 0; n < 3; n += 1) {
        const { interactionId } = await server.happens(ann.key);
        expect(await take(stream, 1)).toMatchObject([{ interactionId }]);
      }
    } finally {
      await other.stop();
      await database.close();
    }
  });

  it("tell it although nobody signals, and the connection that listens was cut", async () => {
    const silence = { feedMoved: () => undefined } as unknown as FeedSignal;
    const silent = new IngestService(server.database, new RulesService(server.database), silence);
    const ann = await server.happens();
    const stream = await server.watch(ann.profileId);
    const cut = await server.db.ownerQuery(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'onefold tail'",
    );
    expect(cut).toHaveLength(1);
    for (let n = 0; n < 2; n += 1) {
      const [result] = await silent.ingest(server.viewer, [event({ source: "web", subject: { key: ann.key } })]);
      expect(await take(stream, 1)).toMatchObject([{ interactionId: result!.interactionId }]);
    }
    await stream.return();
  });
});

describe("a cursor", () => {
  it("is refused when it was not given out like this", async () => {
    const cursor = await server.now();
    const forged = `${cursor.slice(0, 10)}${cursor[10] === "A" ? "B" : "A"}${cursor.slice(11)}`;
    const { profileId } = await server.happens();
    for (const bad of ["", "x", forged, `${cursor}=`, `${cursor} `, cursor.slice(0, -1)]) {
      expect([bad, await codeOf(server.watch(profileId, bad))]).toEqual([bad, "BAD_CURSOR"]);
      expect([bad, await codeOf(server.watchAll(bad))]).toEqual([bad, "BAD_CURSOR"]);
    }
  });

  it("has expired once the feed holds another entry in its place, as after a restore; open streams end so too", async () => {
    const ann = await server.happens();
    const stream = await server.watchAll();
    await server.happens(ann.key);
    await take(stream, 1);
    const cursor = await server.now();
    await server.db.ownerQuery("update changes set tag = tag + 1 where position = (select position from feeds)");
    expect(await codeOf(server.watch(ann.profileId, cursor))).toBe("CURSOR_EXPIRED");
    await server.happens(ann.key);
    expect(await codeOf(stream.next())).toBe("CURSOR_EXPIRED");
    const fresh = await server.watch(ann.profileId);
    const { interactionId } = await server.happens(ann.key);
    expect(await take(fresh, 1)).toMatchObject([{ interactionId }]);
    await fresh.return();
  });
});

describe("the feed in pages", () => {
  const page = (after: string | null, first: number) => server.live.listChanges(server.viewer.tenantId, after, first);

  it("is read from its beginning to its end, each change once, and says where to go on", async () => {
    const seen: number[] = [];
    let after: string | null = null;
    for (let more = true; more; ) {
      const { changes, cursor, hasMore } = await page(after, 700);
      seen.push(...positionsOf(changes));
      after = cursor;
      more = hasMore;
    }
    expect(seen).toEqual(Array.from({ length: await server.newestPosition() }, (_, index) => index + 1));
    expect(await page(after, 10)).toEqual({ changes: [], cursor: after, hasMore: false });
    const ann = await server.happens();
    expect((await page(after, 10)).changes).toMatchObject([{ profileId: ann.profileId }, { profileId: ann.profileId }]);
  });

  it("is refused in pages that are too long, and after cursors that are none", async () => {
    expect(await codeOf(page(null, 1_001))).toBe("BAD_USER_INPUT");
    expect(await codeOf(page("", 10))).toBe("BAD_CURSOR");
  });
});
