import { BUFFER_ENTRIES } from "../../src/live/bounded-buffer";
import { openTestDatabase, TestDatabase } from "../support/database";
import { InterruptedDatabase } from "../support/interrupted-database";
import { codeOf, LiveServer, positionsOf, take } from "../support/live-server";
import { makeViewer } from "../support/tenant";

/** Longer than any test: whoever is told something was not told of it by a poll. */
const NEVER_MS = 3_600_000;
const PAGE = 500;

let db: TestDatabase;
let interrupted: InterruptedDatabase;
let server: LiveServer;

beforeAll(async () => {
  db = await openTestDatabase();
  interrupted = new InterruptedDatabase(db.database);
  server = new LiveServer(db, await makeViewer(db.database), interrupted.database, { pollEveryMs: NEVER_MS });
});
afterAll(() => server.close());

const upTo = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe("a stream that goes over from the past to the present", () => {
  it("tells what is both read of the past and pushed by the present once", async () => {
    const ann = await server.happens();
    const quick = await server.watchAll();
    const told = take(quick, 1);
    await server.happens(ann.key);
    await told;
    const stream = await server.watch(ann.profileId, await server.now());
    // It joins behind something that it has not read yet, and while it reads that, more of the same is pushed to it.
    await server.happens(ann.key);
    const [position = 0] = positionsOf(await take(quick, 1));
    interrupted.before("snapshot", async () => {
      await server.happens(ann.key);
      await take(quick, 1);
    });
    const taken = take(stream, 3);
    while (!interrupted.isOver) await new Promise(setImmediate);
    await server.happens(ann.key);
    expect(positionsOf(await taken)).toEqual(upTo(position, position + 2));
    await Promise.all([stream.return(), quick.return()]);
  });

  it("takes nothing of the present before it has come to the end of the past, however long that is", async () => {
    const ann = await server.happens();
    const after = await server.now();
    await server.happensOften(ann.key, PAGE + 1);
    const [stream, quick] = [await server.watchAll(after), await server.watchAll()];
    const first = positionsOf(await take(stream, 1));
    const present = take(quick, BUFFER_ENTRIES + PAGE);
    for (let n = 0; n < BUFFER_ENTRIES + PAGE; n += PAGE) await server.happensOften(ann.key, PAGE);
    await present;
    const rest = positionsOf(await take(stream, BUFFER_ENTRIES + 2 * PAGE));
    expect([...first, ...rest]).toEqual(upTo(first[0]!, first[0]! + BUFFER_ENTRIES + 2 * PAGE));
    await Promise.all([stream.return(), quick.return()]);
  });
});

describe.each([
  ["a customer's", (id: string, after: string) => server.watch(id, after)],
  ["the tenant's", (_id: string, after: string) => server.watchAll(after)],
] as const)("a stream of %s past", (_whose, watch) => {
  it("ends between two pages where the feed is another by then, as after a restore", async () => {
    const ann = await server.happens();
    const after = await server.now();
    await server.happensOften(ann.key, PAGE + 1);
    const stream = await watch(ann.profileId, after);
    const [last] = positionsOf(await take(stream, PAGE)).slice(-1);
    await db.ownerQuery("update changes set tag = tag + 1 where position = $1", [last]);
    expect(await codeOf(stream.next())).toBe("CURSOR_EXPIRED");
  });
});

describe("a stream of the present", () => {
  it("reads on by itself until it has told all there is, though it is woken once", async () => {
    const stream = await server.watchAll();
    const ann = await server.happens();
    await take(stream, 2);
    const told = take(stream, 3 * PAGE);
    await db.ownerQuery(
      `insert into changes (tenant_id, position, tag, at, kind, profile_id, related_ids)
       select f.tenant_id, f.position + n, f.tag, f.at, 'PROFILE_UPDATED', $1, '{}'
       from feeds f, generate_series(1, $2::integer) n`,
      [ann.profileId, 3 * PAGE - 1],
    );
    await db.ownerQuery("update feeds set position = position + $1::integer", [3 * PAGE - 1]);
    await server.happens(ann.key);
    const positions = positionsOf(await told);
    expect(positions).toEqual(upTo(positions[0]!, await server.newestPosition()));
    await stream.return();
  });
});
