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
export async function measureSaturation(stage: Stage, { watchers: count, rounds, seconds }: Sizes): Promise<Figure[]> {
  tell(`saturation: ${count} watchers of one customer`);
  const url = await stage.fresh("saturation", async (client) => {
    await loadCustomers(client, 1);
    await loadInteractions(client, [{ firstCustomer: 1, customers: 1, each: 10 }]);
  });
  const onefold = await stage.onefold(url);
  const floor = await stage.floor("floor-fan-out.ts", url);
  const ids = Array.from({ length: count }, () => profileIdOf(1));
  const watching: Watchers[] = [];
  const watch = async (serverUrl: string): Promise<Watchers> => {
    const watchers = await Watchers.open(serverUrl, stage.adminKey, ids);
    watching.push(watchers);
    return watchers;
  };
  try {
    const [ofOnefold, ofFloor] = [await watch(onefold.url), await watch(floor.url)];
    const authorization = `Bearer ${stage.adminKey}`;
    const deliver = () =>
      saturate(() => HttpConnection.open(onefold.url, "/graphql", { authorization }), ofOnefold, count, seconds);
    const figures: Figure[] = [];
    for (const { figure, path, floorIs, target } of [
      { figure: "saturation", path: "/", floorIs: "bare ws that serializes once", target: { atLeast: 0.6 } },
      {
        figure: "saturation-together",
        path: "/together",
        floorIs: "the same that also writes together what came together",
      },
    ]) {
      const { ratio, measured } = await compare(figure, rounds, deliver, () =>
        saturate(() => HttpConnection.open(floor.url, path), ofFloor, count, seconds),
      );
      figures.push({
        figure,
        means: `changes a second delivered to the watchers of one customer, by those of ${floorIs}`,
        value: ratio,
        target,
        measured,
        sizes: { watchers: count, rounds, seconds },
      });
    }
    return figures;
  } finally {
    await Promise.all(watching.map((watchers) => watchers.close()));
  }
}

/** Publishes for so long, never too far ahead of the watchers, and waits until all is delivered. */
async function saturate(
  open: () => Promise<HttpConnection>,
  watchers: Watchers,
  count: number,
  seconds: number,
): Promise<number> {
  const already = watchers.total;
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
