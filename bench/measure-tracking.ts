import { readCall } from "../src/connect/tracking/call";
import { TRACKING } from "../src/connect/tracking/sources";
import { EventInput } from "../src/ingest/event-input.type";
import { compare } from "./compare";
import { anyCustomer, emailOf } from "./customer";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { INGEST } from "./known-customers";
import { withConnections } from "./load";
import { asOwner } from "./owner";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const BATCH = 100;
const CUSTOMERS_MAX = 10_000;
const ACCEPTED = '"ACCEPTED"';

/** One way to send the same calls: where to, with what credentials, and in which words. */
interface Way {
  readonly path: string;
  readonly authorization: string;
  readonly bodyOf: (calls: readonly object[]) => string;
  readonly isTaken: (answer: Buffer) => boolean;
}

/**
 * Batches of 100 calls of the tracking spec to `/v1/batch`, against the events that they say as GraphQL `ingest`: the same
 * people, words and sizes, on the same server and database, with all bodies made before the clock runs. The customers are
 * known and nothing is new about who they are.
 */
export async function measureTracking(stage: Stage, { profiles, writers, rounds, tracked }: Sizes): Promise<Figure> {
  const customers = Math.min(profiles, CUSTOMERS_MAX);
  tell(`tracking: ${customers} known customers`);
  const url = await stage.fresh("tracking", async () => undefined);
  const onefold = await stage.onefold(url);
  const tracking: Way = {
    path: "/v1/batch",
    authorization: `Basic ${Buffer.from(`${stage.adminKey}:`).toString("base64")}`,
    bodyOf: (batch) => JSON.stringify({ batch, sentAt: new Date().toISOString() }),
    isTaken: (answer) => answer.toString() === '{"success":true}',
  };
  const graphql: Way = {
    path: "/graphql",
    authorization: `Bearer ${stage.adminKey}`,
    bodyOf: (calls) => JSON.stringify({ query: INGEST, variables: { events: calls.map(eventOf) } }),
    isTaken: (answer) => answer.toString().split(ACCEPTED).length === BATCH + 1,
  };
  let acknowledged = 0;

  const sendAll = async (way: Way, batches: readonly (readonly object[])[]): Promise<number> => {
    const bodies = batches.map(way.bodyOf);
    const { authorization } = way;
    return withConnections(
      writers,
      () => HttpConnection.open(onefold.url, way.path, { authorization }),
      async (opened) => {
        const began = performance.now();
        await Promise.all(
          opened.map(async (connection) => {
            for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
              if (!way.isTaken(await connection.post(body))) throw new Error("a call was not taken");
              acknowledged += BATCH;
            }
          }),
        );
        return (batches.length * BATCH * 1_000) / (performance.now() - began);
      },
    );
  };
  const someBatches = () => Array.from({ length: tracked }, () => batchOf(() => anyCustomer(customers)));

  let next = 0;
  const everybody = Array.from({ length: Math.ceil(customers / BATCH) }, () => batchOf(() => 1 + (next++ % customers)));
  await sendAll(tracking, everybody);
  const { ratio, measured } = await compare(
    "tracking",
    rounds,
    () => sendAll(tracking, someBatches()),
    () => sendAll(graphql, someBatches()),
  );
  await expectStored(url, acknowledged, customers);
  return {
    figure: "tracking",
    means: "events a second in batches of 100 by /v1/batch, by those of GraphQL ingest for the same batches",
    value: ratio,
    target: { atLeast: 0.8 },
    measured,
    sizes: { profiles: customers, writers, rounds, tracked },
  };
}

let sent = 0;

/** As the clients of the spec send a page's event: beside the call itself, its context and the traits of the user. */
function callOf(customer: number): object {
  sent += 1;
  return {
    ...{ type: "track", event: "Product Viewed", userId: `user-${customer}`, anonymousId: `visitor-${customer}` },
    ...{ messageId: `${process.pid}-${Date.now()}-${sent}`, timestamp: new Date().toISOString() },
    properties: { product_id: `sku-${sent % 500}`, name: "Cast iron kettle, 0.8 l", price: 19.5, currency: "EUR" },
    context: {
      ...{ traits: { email: emailOf(customer), language: "en" }, ip: "203.0.113.7", locale: "en-GB" },
      library: { name: "@segment/analytics-node", version: "3.1.0" },
      page: { path: "/teas/kettles", title: "Kettles", url: "https://shop.example/teas/kettles" },
    },
  };
}

/** Of each customer once: of one batch no row is written twice. */
function batchOf(nextCustomer: () => number): object[] {
  const chosen = new Set<number>();
  while (chosen.size < BATCH) chosen.add(nextCustomer());
  return [...chosen].map(callOf);
}

/** What the tracking endpoint makes of the call, as it would be sent by GraphQL. */
function eventOf(call: object): EventInput {
  const receivedAt = new Date().toISOString();
  const item = readCall(call, { type: null, sentAt: null, receivedAt, source: TRACKING, isHistoric: false });
  if (item.kind !== "EVENT") throw new Error("a call says no event");
  return item.event;
}

/** @throws Error unless exactly what was acknowledged is there, of the customers there were, and nothing was put aside */
async function expectStored(url: string, acknowledged: number, customers: number): Promise<void> {
  const [stored] = await asOwner(url, async (client) => {
    const { rows } = await client.query<{ interactions: number; records: number; letters: number }>(
      `select (select count(*)::integer from interactions) as interactions,
         (select count(*)::integer from records) as records, (select count(*)::integer from dead_letters) as letters`,
    );
    return rows;
  });
  const expected = { interactions: acknowledged, records: customers, letters: 0 };
  if (JSON.stringify(stored) !== JSON.stringify(expected))
    throw new Error("what was acknowledged is not what is stored");
}
