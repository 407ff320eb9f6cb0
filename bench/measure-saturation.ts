import { compare } from "./compare";
import { profileIdOf } from "./customer";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { publish } from "./publish";
import { Sizes } from "./sizes";
import { Stage } from "./stage";
import { Watchers } from "./watchers";

/** Events a request. */
const BATCH = 50;

/** Events that may be on their way to the watchers: enough that there is always something to send. */
const ON_THEIR_WAY = 300;

/** Requests under way at a time. */
const WRITERS = 4;

/** How many changes a second reach the watchers of one customer when events come as fast as they are taken. */
export async function measureSaturation(stage: Stage, { watchers: count, rounds, seconds }: Sizes): Promise<Figure> {
  tell(`saturation: ${count} watchers of one customer`);
  const url = await stage.fresh("saturation", async (client) => {
    await loadCustomers(client, 1);
    await loadInteractions(client, [{ firstCustomer: 1, customers: 1, each: 10 }]);
  });
  const onefold = await stage.onefold(url);
  const floor = await stage.floor("floor-fan-out.ts", url);
  const ids = Array.from({ length: count }, () => profileIdOf(1));
  const open: Watchers[] = [];
  const side = async (serverUrl: string): Promise<() => Promise<number>> => {
    const watchers = await Watchers.open(serverUrl, stage.adminKey, ids);
    open.push(watchers);
    return () => saturate(serverUrl, stage.adminKey, watchers, count, seconds);
  };
  try {
    const { ratio, measured } = await compare("saturation", rounds, await side(onefold.url), await side(floor.url));
    return {
      figure: "saturation",
      means: "changes a second delivered to the watchers of one customer, by those of bare ws that serializes once",
      value: ratio,
      target: { atLeast: 0.6 },
      measured,
      sizes: { watchers: count, rounds, seconds },
    };
  } finally {
    await Promise.all(open.map((watchers) => watchers.close()));
  }
}

async function saturate(url: string, key: string, watchers: Watchers, count: number, seconds: number): Promise<number> {
  const already = watchers.total;
  const open = () => HttpConnection.open(url, "/graphql", { authorization: `Bearer ${key}` });
  const events = Array.from({ length: BATCH }, () => 1);
  const began = performance.now();
  let published = 0;
  await withConnections(WRITERS, open, (connections) =>
    Promise.all(
      connections.map(async (connection) => {
        while (performance.now() - began < seconds * 1_000) {
          await watchers.reaches(already + (published - ON_THEIR_WAY) * count);
          published += BATCH;
          await publish(connection, events);
        }
      }),
    ),
  );
  await watchers.reaches(already + published * count);
  return (published * count * 1_000) / (performance.now() - began);
}
