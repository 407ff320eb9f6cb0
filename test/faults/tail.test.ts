import { ANSWERED_WITHIN_MS, POLL_EVERY_MS } from "../../src/feed/feed-tail";
import { openTestDatabase } from "../support/database";
import { FULL } from "../support/faults";
import { take } from "../support/live-server";
import { startPgBouncer } from "../support/pgbouncer";
import { PostgresOfOnesOwn, startPostgresOfOnesOwn } from "../support/postgres-of-ones-own";
import { ServerPair } from "../support/server-pair";
import { itWith } from "../support/system-program";
import { TcpProxy } from "../support/tcp-proxy";
import { untilItWorks } from "../support/until-it-works";

jest.setTimeout(60_000);

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

  const pairOf = (answeredWithinMs?: number): Promise<ServerPair> =>
    ServerPair.open({ url: postgres.url }, { url: proxy.through(postgres.url), answeredWithinMs });

  it.each(FULL ? (["SIGQUIT", "SIGINT"] as const) : (["SIGQUIT"] as const))(
    "is restarted by %s, tells what happens afterwards, and lost nothing",
    async (how) => {
      const pair = await pairOf();
      const ann = await pair.writer.happens();
      const stream = await pair.reader.watch(ann.profileId);
      await pair.writer.happens(ann.key);
      await take(stream, 1);
      await postgres.restart(how);
      await pair.says(pair.reader, /was lost/);
      const written = await untilItWorks(() => pair.writer.happens(ann.key));
      expect(await take(stream, 1)).toMatchObject([{ interactionId: written.interactionId }]);
      await pair.says(pair.reader, /is back/);
      expect(pair.logOf(pair.reader).filter((msg) => /was lost/.test(msg))).toHaveLength(1);
      await stream.return();
      await pair.close();
    },
  );

  it("is swallowed by the network, notices by itself, and goes on over other connections", async () => {
    expect(POLL_EVERY_MS + ANSWERED_WITHIN_MS).toBeLessThan(15_000);
    const pair = await pairOf(500);
    const stream = await pair.reader.watchAll();
    await pair.writer.happens();
    await take(stream, 2);
    proxy.swallowOpenLinks();
    // Not even what is under way on the pool's connections waits any longer than the tail.
    await Promise.allSettled([pair.reader.now(), pair.reader.now(), pair.reader.now()]);
    await pair.says(pair.reader, /was lost/);
    await pair.says(pair.reader, /is back/);
    const { interactionId } = await pair.writer.happens();
    expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    await stream.return();
    await pair.close();
  });
});

describe("the tail behind PgBouncer in transaction mode", () => {
  itWith("pgbouncer")("is carried by the poll alone, and says so once", async () => {
    const db = await openTestDatabase();
    const bouncer = await startPgBouncer(db.url);
    const pair = await ServerPair.open(
      { url: db.url },
      { url: bouncer.url, preparedStatements: false, pollEveryMs: 50 },
    );
    const stream = await pair.reader.watchAll();
    for (let n = 0; n < 10; n += 1) {
      const { interactionId } = await pair.writer.happens();
      expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    }
    await pair.says(pair.reader, /polling alone carries the feed/);
    await bouncer.stop();
    await pair.says(pair.reader, /was lost/);
    await stream.return();
    expect(pair.logOf(pair.reader).filter((msg) => /polling alone/.test(msg))).toHaveLength(1);
    await pair.close();
    await db.close();
  });

  it("is not taken for one where signals arrive", async () => {
    const db = await openTestDatabase();
    const pair = await ServerPair.open({ url: db.url }, { url: db.url, pollEveryMs: 20 });
    const stream = await pair.reader.watchAll();
    for (let n = 0; n < 10; n += 1) {
      await pair.writer.happens();
      await take(stream, 2);
    }
    expect(pair.logOf(pair.reader)).toEqual([]);
    await stream.return();
    await pair.close();
    await db.close();
  });
});
