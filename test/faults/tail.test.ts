import { Logger, pino } from "pino";
import { Database } from "../../src/db/database";
import { ANSWERED_WITHIN_MS, FeedTailOptions, POLL_EVERY_MS } from "../../src/feed/feed-tail";
import { openTestDatabase, TestDatabase } from "../support/database";
import { LiveServer, take } from "../support/live-server";
import { missing, startPgBouncer } from "../support/pgbouncer";
import { PostgresOfOnesOwn, startPostgresOfOnesOwn } from "../support/postgres-of-ones-own";
import { TcpProxy } from "../support/tcp-proxy";
import { makeViewer } from "../support/tenant";

jest.setTimeout(60_000);

/** A server that writes, and another that watches by whatever way is given: only the tail tells the second of the first. */
class Pair {
  readonly logged: { readonly level: number; readonly msg: string }[] = [];
  private readonly listeners = new Set<() => void>();

  private constructor(
    readonly writer: LiveServer,
    readonly reader: LiveServer,
    private readonly own: readonly Database[],
  ) {}

  static async open(
    writerUrl: string,
    readerUrl: string,
    tail: FeedTailOptions = {},
    preparedStatements = true,
  ): Promise<Pair> {
    const database = await Database.open(writerUrl, { poolSize: 3 });
    const other = await Database.open(readerUrl, { poolSize: 3, preparedStatements });
    const viewer = await makeViewer(database);
    const db = { database, url: writerUrl } as TestDatabase;
    let pair: Pair | undefined;
    const log: Logger = pino({ level: "info" }, { write: (line) => pair?.note(line) });
    const writer = new LiveServer(db, viewer, database);
    const reader = new LiveServer(db, viewer, other, tail, log);
    pair = new Pair(writer, reader, [database, other]);
    return pair;
  }

  /** Resolves when the reader's tail has said it. */
  async says(pattern: RegExp, times = 1): Promise<void> {
    while (this.logged.filter(({ msg }) => pattern.test(msg)).length < times) {
      await new Promise<void>((resolve) => this.listeners.add(resolve));
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.reader.stop(), this.writer.stop()]);
    await Promise.all(this.own.map((database) => database.close()));
  }

  private note(line: string): void {
    this.logged.push(JSON.parse(line));
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }
}

describe("the tail, when its PostgreSQL", () => {
  let postgres: PostgresOfOnesOwn;
  let proxy: TcpProxy;

  beforeAll(async () => {
    postgres = await startPostgresOfOnesOwn();
    proxy = await TcpProxy.to(Number(new URL(postgres.url).port));
  });

  afterAll(async () => {
    await proxy.close();
    await postgres.close();
  });

  const pairOf = (tail: FeedTailOptions = {}): Promise<Pair> =>
    Pair.open(postgres.url, proxy.through(postgres.url), tail);

  it.each(["SIGQUIT", "SIGINT"] as const)(
    "is restarted by %s, tells what happens afterwards, and lost nothing",
    async (how) => {
      const pair = await pairOf();
      const ann = await pair.writer.happens();
      const stream = await pair.reader.watch(ann.profileId);
      await pair.writer.happens(ann.key);
      await take(stream, 1);
      postgres.restart(how);
      await pair.says(/was lost/);
      const written = await untilItWorks(() => pair.writer.happens(ann.key));
      expect(await take(stream, 1)).toMatchObject([{ interactionId: written.interactionId }]);
      await pair.says(/is back/);
      expect(pair.logged.filter(({ msg }) => /was lost/.test(msg))).toHaveLength(1);
      await stream.return();
      await pair.close();
    },
  );

  it("is swallowed by the network, notices by itself, and goes on over another connection", async () => {
    expect(POLL_EVERY_MS + ANSWERED_WITHIN_MS).toBeLessThan(15_000);
    const pair = await pairOf({ answeredWithinMs: 500 });
    const stream = await pair.reader.watchAll();
    await pair.writer.happens();
    await take(stream, 2);
    proxy.swallowOpenLinks();
    await pair.says(/was lost/);
    await pair.says(/is back/);
    const { interactionId } = await pair.writer.happens();
    expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    await stream.return();
    await pair.close();
  });
});

describe("the tail behind PgBouncer in transaction mode", () => {
  const reason = missing("pgbouncer");
  if (reason !== null) process.stdout.write(`${reason}\n`);

  (reason === null ? it : it.skip)("is carried by the poll alone, and says so once", async () => {
    const db = await openTestDatabase();
    const bouncer = await startPgBouncer(db.url);
    const pair = await Pair.open(db.url, bouncer.url, { pollEveryMs: 50 }, false);
    const stream = await pair.reader.watchAll();
    for (let n = 0; n < 20; n += 1) {
      const { interactionId } = await pair.writer.happens();
      expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    }
    await pair.says(/polling alone carries the feed/);
    await bouncer.stop();
    await pair.says(/was lost/);
    await stream.return();
    expect(pair.logged.filter(({ msg }) => /polling alone/.test(msg))).toHaveLength(1);
    await pair.close();
    await db.close();
  });

  it("is not taken for one where signals arrive", async () => {
    const db = await openTestDatabase();
    const pair = await Pair.open(db.url, db.url, { pollEveryMs: 20 });
    const stream = await pair.reader.watchAll();
    for (let n = 0; n < 20; n += 1) {
      await pair.writer.happens();
      await take(stream, 2);
    }
    expect(pair.logged).toEqual([]);
    await stream.return();
    await pair.close();
    await db.close();
  });
});

async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
