import { pino } from "pino";
import { AccessService } from "../../src/access/access.service";
import { KeyWatch } from "../../src/access/key-watch";
import { Viewer } from "../../src/access/viewer";
import { Watch } from "../../src/live/watch";
import { openTestDatabase, TestDatabase } from "../support/database";
import { InterruptedDatabase } from "../support/interrupted-database";
import { LiveServer, positionsOf, take } from "../support/live-server";
import { makeViewer } from "../support/tenant";

/** Longer than any test: who is shut out is found out by what is read for those who watch, or not at all. */
const NEVER_MS = 3_600_000;
const PAGE = 500;
const RUNS_OUT = "2100-01-01T00:00:00.000Z";
const log = pino({ level: "silent" });

let db: TestDatabase;
let operator: Viewer;
let access: AccessService;
let keys: KeyWatch;
let server: LiveServer;
let interrupted: InterruptedDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
  operator = await makeViewer(db.database, "OPERATOR");
  access = new AccessService(db.database, log);
  keys = new KeyWatch(db.database, log, NEVER_MS);
  interrupted = new InterruptedDatabase(db.database);
  server = new LiveServer(db, operator, interrupted.database, { readers: keys });
});

afterEach(async () => {
  jest.restoreAllMocks();
  await db.ownerQuery("update tenants set suspended_at = null");
});

afterAll(async () => {
  keys.stop();
  access.close();
  await server.close();
});

type TakeBack = (reader: Viewer) => Promise<unknown>;

const raise = () => db.ownerQuery("update tenants set access_version = access_version + 1");

const SHUT_OUT: readonly (readonly [how: string, takeBack: TakeBack])[] = [
  [
    "whose key is revoked",
    async ({ keyId }) => {
      await db.ownerQuery("update api_keys set revoked_at = now() where key_id = $1", [keyId]);
      await raise();
    },
  ],
  [
    "whose key has another role",
    async ({ keyId }) => {
      await db.ownerQuery("update api_keys set role = 'PUBLIC' where key_id = $1", [keyId]);
      await raise();
    },
  ],
  [
    "whose tenant is suspended",
    async () => {
      await db.ownerQuery("update tenants set suspended_at = now()");
      await raise();
    },
  ],
  [
    "whose key runs out, before its timer has come",
    async () => jest.spyOn(Date, "now").mockReturnValue(Date.parse(RUNS_OUT)),
  ],
];

type Open = (after: string) => Promise<Watch>;

interface Opened {
  readonly reader: Viewer;
  readonly stream: Watch;
}

/** A stream of someone with a key of their own, which ends with it. What is done to the reader is done before it is opened. */
async function openWith(open: Open, after: string, takeBack?: TakeBack): Promise<Opened> {
  const { secret } = await access.createApiKey(operator, "agent", "AGENT", RUNS_OUT);
  const reader = (await access.authenticate(secret))!;
  const leaving = new AbortController();
  keys.hold(reader, () => leaving.abort());
  await takeBack?.(reader);
  const stream = await open(after);
  if (leaving.signal.aborted) stream.end();
  leaving.signal.addEventListener("abort", () => stream.end());
  return { reader, stream };
}

/** What someone is told next; undefined when the stream has ended. */
const next = async (stream: Watch): Promise<number | undefined> => (await stream.next()).value?.position;

describe.each([
  ["a customer", (id: string, after: string) => server.watch(id, after)],
  ["the tenant", (_id: string, after: string) => server.watchAll(after)],
] as const)("who watches %s is told nothing more", (_whom, watch) => {
  describe.each(SHUT_OUT)("%s", (_how, takeBack) => {
    let ann: { readonly key: string; readonly profileId: string };
    let open: Open;

    beforeEach(async () => {
      ann = await server.happens();
      open = (after) => watch(ann.profileId, after);
    });

    it("of the past that is read first", async () => {
      const after = await server.now();
      await server.happens(ann.key);
      const { stream } = await openWith(open, after, takeBack);
      expect(await next(stream)).toBeUndefined();
    });

    it("of the past that is read further on", async () => {
      const after = await server.now();
      await server.happensOften(ann.key, PAGE + 1);
      const { reader, stream } = await openWith(open, after);
      expect(await take(stream, PAGE)).toHaveLength(PAGE);
      await takeBack(reader);
      expect(await next(stream)).toBeUndefined();
    });

    it("of what is read to go over to the present", async () => {
      const { reader, stream } = await openWith(open, await server.now());
      interrupted.before("read", async () => {
        await server.happens(ann.key);
        await takeBack(reader);
      });
      expect(await next(stream)).toBeUndefined();
      expect(interrupted.isOver).toBe(true);
    });

    it("of the present", async () => {
      const { reader, stream } = await openWith(open, await server.now());
      const told = next(stream);
      await server.happens(ann.key);
      expect(await told).toBe(await server.newestPosition());
      const ended = next(stream);
      await takeBack(reader);
      await server.happens(ann.key);
      expect(await ended).toBeUndefined();
    });
  });

  it("but whoever else watches the same is told all of it", async () => {
    const ann = await server.happens();
    const after = await server.now();
    await server.happens(ann.key);
    const open: Open = (cursor) => watch(ann.profileId, cursor);
    const [takeBack] = SHUT_OUT.map(([, how]) => how);
    const [staying, shut] = [await openWith(open, after), await openWith(open, after, takeBack)];
    const told = take(staying.stream, 2);
    expect(await next(shut.stream)).toBeUndefined();
    await server.happens(ann.key);
    const newest = await server.newestPosition();
    expect(positionsOf(await told)).toEqual([newest - 1, newest]);
    await staying.stream.return();
  });
});
