import { compare } from "./compare";
import { anyCustomer } from "./customer";
import { nextEvent } from "./event";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { countStored, INGEST, loadKnownCustomers } from "./known-customers";
import { perSecond, withConnections } from "./load";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

/** One event a request from many clients at once, against a server that inserts one row a request. */
export async function measureSingleEvents(stage: Stage, sizes: Sizes): Promise<Figure> {
  const { profiles, clients, rounds, seconds } = sizes;
  tell(`single events: ${profiles} known customers`);
  const url = await loadKnownCustomers(stage, "single_events", sizes);
  const before = await countStored(url, sizes);
  const onefold = await stage.onefold(url);
  const floor = await stage.floor("floor-insert.ts", url);
  const authorization = `Bearer ${stage.adminKey}`;
  const acknowledged = { onefold: 0, floor: 0 };
  const round =
    (side: "onefold" | "floor", open: () => Promise<HttpConnection>, ask: (customer: number) => string) => () =>
      withConnections(clients, open, (opened) =>
        perSecond(opened, seconds, async (connection) => {
          const answer = await connection.post(ask(anyCustomer(profiles)));
          if (!answer.includes('"ACCEPTED"')) throw new Error(`an event was not accepted: ${answer}`);
          acknowledged[side] += 1;
        }),
      );
  const { ratio, measured } = await compare(
    "single events",
    rounds,
    round(
      "onefold",
      () => HttpConnection.open(onefold.url, "/graphql", { authorization }),
      (customer) => JSON.stringify({ query: INGEST, variables: { events: [nextEvent(customer)] } }),
    ),
    round(
      "floor",
      () => HttpConnection.open(floor.url, "/"),
      (customer) => JSON.stringify({ customer, event: nextEvent(customer) }),
    ),
  );
  const after = await countStored(url, sizes);
  if (
    after.interactions - before.interactions !== acknowledged.onefold ||
    after.floorInteractions - before.floorInteractions !== acknowledged.floor
  ) {
    throw new Error("what was acknowledged is not what is stored");
  }
  return {
    figure: "ingest-single-events",
    means: "single events a second over HTTP, by those of bare node:http and pg that inserts one row a request",
    value: ratio,
    target: { atLeast: 0.35 },
    measured,
    sizes: { profiles, clients, rounds, seconds },
  };
}
