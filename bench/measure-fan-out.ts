import { readCommitTimes } from "./commit-times";
import { anyCustomer, profileIdOf } from "./customer";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { rounded } from "./median";
import { atRate, publish } from "./publish";
import { Sizes } from "./sizes";
import { Stage } from "./stage";
import { Arrivals, Watchers } from "./watchers";

/** Connections that send events, one at a time each. */
const WRITERS = 16;

/** Load beforehand, in seconds, which leaves the code loaded and compiled. */
const WARM_UP_SECONDS = 5;

interface Scene {
  readonly figure: string;
  readonly means: string;
  readonly target: number;
  /** Events a second, each in a request of its own. */
  readonly eventsPerSecond: number;
  readonly sockets: number;
  /** Customers, of whom each socket watches one. */
  readonly customers: number;
}

/** Everyone watches the same customer. */
export function measureFanOut(stage: Stage, sizes: Sizes): Promise<Figure> {
  return measure(stage, sizes, {
    figure: "fan-out",
    means: "milliseconds from the commit of an event to its arrival at each watcher of one customer, 99th percentile",
    target: 100,
    eventsPerSecond: 10,
    sockets: sizes.watchers,
    customers: 1,
  });
}

/** Each watches a customer of their own. */
export function measureFanOutWide(stage: Stage, sizes: Sizes): Promise<Figure> {
  return measure(stage, sizes, {
    figure: "fan-out-wide",
    means:
      "milliseconds from the commit of an event to its arrival, each socket watching another customer, 99th percentile",
    target: 250,
    eventsPerSecond: 500,
    sockets: sizes.sockets,
    customers: sizes.sockets,
  });
}

async function measure(stage: Stage, { rounds, seconds }: Sizes, scene: Scene): Promise<Figure> {
  const { figure, means, target, eventsPerSecond, sockets, customers } = scene;
  tell(`${figure}: ${sockets} sockets, ${customers} customers, ${eventsPerSecond} events a second`);
  const url = await stage.fresh("fan_out", async (client) => {
    await loadCustomers(client, customers);
    await loadInteractions(client, [{ firstCustomer: 1, customers, each: 10 }]);
  });
  const onefold = await stage.onefold(url);
  const authorization = `Bearer ${stage.adminKey}`;
  const ids = Array.from({ length: sockets }, (_, place) => profileIdOf(1 + (place % customers)));
  const watchers = await Watchers.open(onefold.url, stage.adminKey, ids);
  const open = () => HttpConnection.open(onefold.url, "/graphql", { authorization });
  const each = sockets / customers;
  const sent = new Map<number, number>();
  const happen = (lasting: number) =>
    withConnections(WRITERS, open, (connections) =>
      atRate(connections, eventsPerSecond, lasting, async (connection) => {
        const at = now();
        const [text] = await publish(connection, [anyCustomer(customers)]);
        sent.set(numberOf(text!), at);
      }),
    );
  try {
    const before = each * (await happen(WARM_UP_SECONDS));
    await watchers.reaches(before);
    await watchers.note();
    const events = await happen(rounds * seconds);
    await watchers.reaches(before + each * events);
    const arrivals = await watchers.arrivals();
    const committed = await readCommitTimes(url);
    const sinceCommit = requireAll(latencies(arrivals, committed), each * events);
    return {
      figure,
      means,
      value: percentile(sinceCommit, 0.99),
      target: { atMost: target },
      measured: {
        deliveries: sinceCommit.length,
        sinceCommitMs: summary(sinceCommit),
        sinceSentMs: summary(latencies(arrivals, sent)),
      },
      sizes: { sockets, rounds, seconds },
    };
  } finally {
    await watchers.close();
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function numberOf(text: string): number {
  return Number(/\d+/.exec(text)![0]);
}

/** In milliseconds, ascending. */
function latencies(arrivals: readonly Arrivals[], since: ReadonlyMap<number, number>): Float64Array {
  const all = arrivals.flatMap(({ numbers, times }) =>
    Array.from(times, (time, place) => time - since.get(numbers[place]!)!),
  );
  return Float64Array.from(all).sort();
}

/** @throws Error when there are others than were expected: more would have been told twice */
function requireAll(found: Float64Array, expected: number): Float64Array {
  if (found.length !== expected) throw new Error(`${found.length} changes arrived instead of ${expected}`);
  return found;
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function summary(sorted: Float64Array) {
  return {
    median: rounded(percentile(sorted, 0.5)),
    p99: rounded(percentile(sorted, 0.99)),
    most: rounded(sorted.at(-1)!),
  };
}
