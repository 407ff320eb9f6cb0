import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { Crowd } from "../support/crowd";
import { FULL, report, scale, seeded } from "../support/faults";
import { freePort } from "../support/free-port";
import { OnefoldProcess } from "../support/onefold-process";
import { PostgresOfOnesOwn, startPostgresOfOnesOwn } from "../support/postgres-of-ones-own";

const KEY = "operator-of-a-hard-life";
const ROUNDS = scale(30, 5);
const READY_WITHIN_MS = 10_000;
const GOING_AWAY = 1001;

const FAULTS = ["SIGKILL of the server", "immediate stop of PostgreSQL", "SIGTERM of the server"] as const;

jest.setTimeout(scale(900_000, 180_000));

let postgres: PostgresOfOnesOwn;
let port: number;
let server: OnefoldProcess;
let crowd: Crowd | undefined;

beforeAll(async () => {
  postgres = await startPostgresOfOnesOwn();
  port = await freePort();
  server = start();
  await server.ready();
});

afterAll(async () => {
  await crowd?.close();
  await server.kill();
  await postgres.close();
});

function start(): OnefoldProcess {
  return OnefoldProcess.run("serve", {
    DATABASE_URL: postgres.url,
    PORT: String(port),
    ONEFOLD_ADMIN_KEY: KEY,
    ONEFOLD_RATE_LIMIT: "off",
    ONEFOLD_LOG_LEVEL: "warn",
  });
}

async function commit(fault: (typeof FAULTS)[number]): Promise<void> {
  if (fault === "immediate stop of PostgreSQL") return postgres.restart("SIGQUIT");
  if (fault === "SIGTERM of the server") {
    server.signal("SIGTERM");
    expect(await server.exit()).toBe(0);
  } else {
    await server.kill();
  }
  server = start();
}

async function interactionsInFeed(): Promise<string[]> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(
    "select interaction_id as id from changes where kind = 'INTERACTION_ADDED' order by position",
  );
  await client.end();
  return rows.map(({ id }) => id);
}

describe("a server and its PostgreSQL that end at random moments", () => {
  it(`keep each acknowledged write once, and tell each watcher each event once, through ${ROUNDS} rounds`, async () => {
    const random = seeded("kills");
    const url = (): string => `http://127.0.0.1:${port}/graphql`;
    crowd = await Crowd.of(8, { url, key: KEY, random });
    crowd.watch(16, url);
    crowd.watch(2, url, undefined, true);
    crowd.keepWriting(4);
    crowd.keepRuling(50);
    const offset = Math.floor(random() * FAULTS.length);
    let slowest = 0;
    let goneAway = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const fault = FAULTS[(round + offset) % FAULTS.length]!;
      await pause(200 + random() * 600);
      const began = Date.now();
      await commit(fault);
      if (fault === "SIGTERM of the server") goneAway += 1;
      // A server that does not survive its database's restart would never answer again.
      const ended = server.exit().then((code) => {
        throw new Error(`the server ended with ${code} after ${fault}: ${server.output}`);
      });
      await Promise.race([crowd.happens(crowd.customers[0]!), ended]);
      ended.catch(() => undefined);
      const readyAfter = Date.now() - began;
      slowest = Math.max(slowest, readyAfter);
      report(`kills: round ${round + 1}, ${fault}: a write was acknowledged ${readyAfter} ms later`);
      if (FULL) expect(readyAfter).toBeLessThan(READY_WITHIN_MS);
    }
    const last = await crowd.stop();
    const stories = await crowd.stories(last, url);
    for (const [told, now] of stories) expect(told).toEqual(now);
    const feed = await interactionsInFeed();
    expect([...feed].sort()).toEqual([...crowd.acknowledged].sort());
    for (const { customer, watcher } of crowd.attendances) {
      if (customer === null) expect(watcher.interactionIds).toEqual(feed);
      expect(watcher.closedWith.filter((code) => code === GOING_AWAY)).toHaveLength(goneAway);
    }
    report(
      `kills: ${feed.length} acknowledged events, ${stories.length} watchers, ready again after at most ${slowest} ms`,
    );
  });
});
