import { compare } from "./compare";
import { anyCustomer, profileIdOf } from "./customer";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { loadKnownCustomers } from "./known-customers";
import { perSecond, withConnections } from "./load";
import { publish } from "./publish";
import { Sizes } from "./sizes";
import { Stage } from "./stage";
import { Watchers } from "./watchers";

const BATCH = 100;

/** What a thousand watchers cost those who write: the same load on the same server, with the live side and without. */
export async function measureLiveCost(stage: Stage, sizes: Sizes): Promise<Figure[]> {
  const { profiles, watchers: count, writers, rounds, seconds } = sizes;
  tell(`live cost: ${count} watchers, ${profiles} known customers`);
  const url = await loadKnownCustomers(stage, "live_cost", sizes);
  const onefold = await stage.onefold(url);
  const open = () => HttpConnection.open(onefold.url, "/graphql", { authorization: `Bearer ${stage.adminKey}` });
  const ids = Array.from({ length: count }, (_, place) => profileIdOf(1 + place));
  const write = (most: number, acknowledged?: (customers: readonly number[]) => void) =>
    withConnections(writers, open, async (connections) => {
      const batchesPerSecond = await perSecond(connections, seconds, async (connection) => {
        const customers = Array.from({ length: BATCH }, () => anyCustomer(most));
        await publish(connection, customers);
        acknowledged?.(customers);
      });
      return BATCH * batchesPerSecond;
    });
  const writeWatched = async (most: number) => {
    const watchers = await Watchers.open(onefold.url, stage.adminKey, ids);
    try {
      let watched = 0;
      const perSecondWritten = await write(most, (customers) => {
        watched += customers.filter((customer) => customer <= count).length;
      });
      await watchers.reaches(watched);
      return perSecondWritten;
    } finally {
      await watchers.close();
    }
  };
  const figures: Figure[] = [];
  for (const { figure, who, most, target } of [
    { figure: "live-cost", who: "any customers", most: profiles, target: { atLeast: 0.85 } },
    { figure: "live-cost-watched", who: "none but customers who are watched", most: Math.min(count, profiles) },
  ]) {
    const { ratio, measured } = await compare(
      figure,
      rounds,
      () => writeWatched(most),
      () => write(most),
    );
    figures.push({
      figure,
      means: `events a second of ${who} in batches of 100 while others watch, by those while nobody does`,
      value: ratio,
      target,
      measured,
      sizes: { profiles, watchers: count, writers, rounds, seconds },
    });
  }
  return figures;
}
