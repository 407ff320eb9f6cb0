import { nextEvent } from "./event";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { Subscription, subscribe } from "./idle-subscriptions";
import { INGEST } from "./known-customers";
import { withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { median, rounded } from "./median";
import { NodeProcess } from "./node-process";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

/** Subscriptions and events beforehand, which leave the code loaded and compiled, and the first buffers made. */
const WARM_UP = 20;
const MEGABYTE = 2 ** 20;
/** Subscriptions that are sent a change afterwards, as a proof that those that were measured were alive. */
const PROVED = 10;
/** The server may still be about to begin when the message comes; then the next one is seen. */
const TRIES = 10;
const SEEN_WITHIN_MS = 1_000;

/** What idle subscriptions cost, each on a socket of its own: resident memory with them less that without. */
export async function measureMemory(stage: Stage, { subscriptions, rounds }: Sizes): Promise<Figure> {
  const { differences, withoutMegabytes } = await measureRounds(stage, "memory", subscriptions, rounds);
  const megabytes = differences.map((bytes) => bytes / MEGABYTE);
  return {
    figure: "memory",
    means: "megabytes of resident memory after a forced collection, with idle subscriptions less without",
    value: median(megabytes),
    target: { atMost: 30 },
    measured: { withoutMegabytes, megabytesOfEach: megabytes.map(rounded) },
    sizes: { subscriptions, rounds },
  };
}

/** The same for many more of them, by their number. */
export async function measureLiveMemory(stage: Stage, { idle, rounds }: Sizes): Promise<Figure> {
  const { differences, withoutMegabytes } = await measureRounds(stage, "live-memory", idle, rounds);
  const kilobytes = differences.map((bytes) => bytes / idle / 1_000);
  return {
    figure: "live-memory",
    means: "kilobytes of resident memory for each idle socket that watches, after a forced collection",
    value: median(kilobytes),
    target: { atMost: 30 },
    measured: { withoutMegabytes, kilobytesOfEach: kilobytes.map(rounded) },
    sizes: { idle, rounds },
  };
}

/** Of each round, the bytes that the subscriptions took. */
async function measureRounds(stage: Stage, name: string, subscriptions: number, rounds: number) {
  tell(`${name}: ${subscriptions} idle subscriptions`);
  const url = await stage.fresh("memory", async (client) => {
    await loadCustomers(client, subscriptions);
    await loadInteractions(client, [{ firstCustomer: 1, customers: subscriptions, each: 10 }]);
  });
  const differences: number[] = [];
  const without: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const { before, after } = await measureOnce(stage, url, subscriptions);
    without.push(before / MEGABYTE);
    differences.push(after - before);
    tell(`${name}: round ${round} of ${rounds}: ${((after - before) / MEGABYTE).toFixed(1)} MB`);
  }
  return { differences, withoutMegabytes: rounded(median(without)) };
}

/** A process of its own for each time, since memory that was needed once is not all given back. */
async function measureOnce(stage: Stage, url: string, count: number): Promise<{ before: number; after: number }> {
  const onefold = await stage.onefold(url, true);
  const customers = Array.from({ length: count }, (_, place) => place + 1);
  let open: Subscription[] = [];
  try {
    open = await subscribe(onefold.url, stage.adminKey, customers.slice(0, WARM_UP));
    await prove(stage, onefold, open);
    await Promise.all(open.map((subscription) => subscription.close()));
    const before = await onefold.memory();
    open = await subscribe(onefold.url, stage.adminKey, customers);
    const after = await onefold.memory();
    await prove(stage, onefold, open.slice(-PROVED));
    return { before, after };
  } finally {
    await Promise.all(open.map((subscription) => subscription.close()));
    await onefold.stop();
  }
}

/** Sends those who are watched a message each, until their watchers have seen one. */
async function prove(stage: Stage, onefold: NodeProcess, watching: readonly Subscription[]): Promise<void> {
  const headers = { authorization: `Bearer ${stage.adminKey}` };
  const open = () => HttpConnection.open(onefold.url, "/graphql", headers);
  await withConnections(1, open, async ([connection]) => {
    for (const { customer, first } of watching) {
      const send = () =>
        connection!.post(JSON.stringify({ query: INGEST, variables: { events: [nextEvent(customer)] } }));
      for (let tries = 0; ; tries += 1) {
        if (tries === TRIES) throw new Error("a subscription received nothing");
        await send();
        if (await within(SEEN_WITHIN_MS, first)) break;
      }
    }
  });
}

async function within(milliseconds: number, arrival: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  return Promise.race([arrival.then(() => true), late]).finally(() => clearTimeout(timer));
}
