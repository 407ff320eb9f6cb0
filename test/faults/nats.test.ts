import { openTestDatabase, TestDatabase } from "../support/database";
import { LiveServer, take } from "../support/live-server";
import { NatsServer } from "../support/nats-server";
import { ServerPair } from "../support/server-pair";
import { itWith } from "../support/system-program";

/** Longer than any test: whoever is told something was told of it by NATS. */
const NEVER_MS = 3_600_000;
const CARRIES = /NATS carries/;
const AWAY = /NATS is not reached/;

const itWithNats = itWith("nats-server");

let db: TestDatabase;
let nats: NatsServer;
let pair: ServerPair;

beforeAll(async () => {
  db = await openTestDatabase();
});

afterAll(() => db.close());

beforeEach(async () => {
  nats = await NatsServer.planned();
});

afterEach(async () => {
  await pair?.close();
  await nats.kill();
});

const openPair = async (pollEveryMs: number): Promise<void> => {
  const side = { url: db.url, nats: nats.url, pollEveryMs };
  pair = await ServerPair.open(side, side);
};

const both = (work: (server: LiveServer) => Promise<void>): Promise<unknown> =>
  Promise.all([pair.writer, pair.reader].map(work));

describe("servers that signal each other by NATS", () => {
  itWithNats("tell at once on one what was written through another", async () => {
    await nats.start();
    await openPair(NEVER_MS);
    await both((server) => pair.says(server, CARRIES));
    const stream = await pair.reader.watchAll();
    for (let n = 0; n < 10; n += 1) {
      const { interactionId } = await pair.writer.happens();
      expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    }
    await stream.return();
  });

  itWithNats("lose nothing while NATS is away: the poll tells it, and NATS again when it is back", async () => {
    await nats.start();
    await openPair(50);
    await both((server) => pair.says(server, CARRIES));
    const stream = await pair.reader.watchAll();
    await nats.kill();
    await both((server) => pair.says(server, AWAY));
    for (let n = 0; n < 5; n += 1) {
      const { interactionId } = await pair.writer.happens();
      expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    }
    await nats.start();
    await both((server) => pair.says(server, CARRIES, 2));
    const { interactionId } = await pair.writer.happens();
    expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    await stream.return();
    for (const server of [pair.writer, pair.reader]) {
      expect(pair.logOf(server).filter((msg) => AWAY.test(msg))).toHaveLength(1);
    }
  });

  itWithNats("look for themselves when NATS is back, whatever was not signalled meanwhile", async () => {
    await nats.start();
    await openPair(NEVER_MS);
    await both((server) => pair.says(server, CARRIES));
    const stream = await pair.reader.watchAll();
    await nats.kill();
    await both((server) => pair.says(server, AWAY));
    const { interactionId } = await pair.writer.happens();
    await nats.start();
    expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    await both((server) => pair.says(server, CARRIES, 2));
    const next = await pair.writer.happens();
    expect(await take(stream, 2)).toMatchObject([{}, { interactionId: next.interactionId }]);
    await stream.return();
  });

  itWithNats("start without it, and use it once it is there", async () => {
    await openPair(NEVER_MS);
    await both((server) => pair.says(server, AWAY));
    const stream = await pair.reader.watchAll();
    await nats.start();
    await both((server) => pair.says(server, CARRIES));
    const { interactionId } = await pair.writer.happens();
    expect(await take(stream, 2)).toMatchObject([{}, { interactionId }]);
    await stream.return();
  });
});
