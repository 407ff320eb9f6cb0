import { setTimeout as pause } from "node:timers/promises";
import { Crowd } from "../support/crowd";
import { openTestDatabase, TestDatabase } from "../support/database";
import { report, scale, seeded } from "../support/faults";
import { OnefoldProcess } from "../support/onefold-process";
import { TcpProxy } from "../support/tcp-proxy";

const KEY = "operator-behind-a-bad-network";
const REPETITIONS = scale(5, 1);
/** Who hears nothing for so long tries again. */
const PATIENCE_MS = 1_500;

jest.setTimeout(scale(600_000, 120_000));

type Fault = (proxy: TcpProxy) => void;

const FAULTS: Readonly<Record<string, Fault>> = {
  "a delay": (proxy) => {
    proxy.delayMs = 100;
  },
  "little bandwidth": (proxy) => {
    proxy.bytesPerSecond = 50_000;
  },
  "a cut": (proxy) => proxy.cut(),
  "a cut in mid-frame": (proxy) => proxy.cutInMidFrame(),
  "a half close towards the client": (proxy) => proxy.halfClose("CLIENT"),
  "a half close towards the server": (proxy) => proxy.halfClose("SERVER"),
};

const BLACK_HOLES: Readonly<Record<string, Fault>> = {
  "open links that swallow everything": (proxy) => proxy.swallowOpenLinks(),
  "a black hole": (proxy) => proxy.swallow(),
};

let db: TestDatabase;
let server: OnefoldProcess;
let crowd: Crowd | undefined;
const proxies: TcpProxy[] = [];

afterEach(async () => {
  await crowd?.close();
  await server.kill();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  await db.close();
});

/** The server, with a proxy before it and one behind it. Its end is a failure: it ends by what nobody has handled. */
async function open(): Promise<{ readonly front: TcpProxy; readonly back: TcpProxy; readonly url: () => string }> {
  db = await openTestDatabase();
  const back = await TcpProxy.to(Number(new URL(db.url).port));
  proxies.push(back);
  server = OnefoldProcess.run("serve", {
    DATABASE_URL: back.through(db.url),
    ONEFOLD_ADMIN_KEY: KEY,
    ONEFOLD_RATE_LIMIT: "off",
    ONEFOLD_POOL_SIZE: "6",
    ONEFOLD_LOG_LEVEL: "fatal",
  });
  const { port, url } = await server.ready();
  const front = await TcpProxy.to(port);
  proxies.push(front);
  return { front, back, url: () => front.through(url) };
}

describe("a network that fails, before the server and behind it", () => {
  it("loses nothing: each event is acknowledged once and told once", async () => {
    const random = seeded("network");
    const { front, back, url } = await open();
    crowd = await Crowd.of(6, { url, key: KEY, random, patienceMs: PATIENCE_MS });
    crowd.watch(6, url, PATIENCE_MS);
    crowd.watch(1, url, PATIENCE_MS, true);
    crowd.keepWriting(3, 5);
    const before = { ...FAULTS, ...BLACK_HOLES };
    // The server takes ten seconds to give up on a database that is silent.
    const behind = scale(1, 0) === 1 ? before : FAULTS;
    const faults = [
      ...Object.entries(before).map(([name, fault]) => ({ name: `${name} before the server`, proxy: front, fault })),
      ...Object.entries(behind).map(([name, fault]) => ({ name: `${name} behind the server`, proxy: back, fault })),
    ];
    const ended = server.exit().then((code) => {
      throw new Error(`the server ended with ${code}: ${server.output}`);
    });
    ended.catch(() => undefined);
    for (let n = 0; n < REPETITIONS; n += 1) {
      for (const { name, proxy, fault } of shuffled(faults, random)) {
        fault(proxy);
        await pause(300);
        const began = Date.now();
        proxy.heal();
        await Promise.race([crowd.happens(crowd.customers[0]!), ended]);
        report(`network: ${name}: a write was acknowledged ${Date.now() - began} ms after its end`);
      }
    }
    const last = await Promise.race([crowd.stop(), ended]);
    const stories = await crowd.stories(last, url);
    for (const [told, now] of stories) expect(told).toEqual(now);
    const feed = await db.ownerQuery<{ id: string }>(
      "select interaction_id as id from changes where kind = 'INTERACTION_ADDED' order by position",
    );
    const ids = feed.map(({ id }) => id);
    expect([...ids].sort()).toEqual([...crowd.acknowledged].sort());
    expect(crowd.watchers.at(-1)!.interactionIds).toEqual(ids);
    report(`network: ${faults.length * REPETITIONS} faults, ${ids.length} events, none lost, none twice`);
  });
});

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
