import { EventInput } from "../src/ingest/event-input.type";
import { anyCustomer, emailOf } from "./customer";
import { nextEvent } from "./event";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { INGEST } from "./known-customers";
import { perSecond, withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { median, rounded } from "./median";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const MAKE_KEY = `mutation { createApiKey(name: "page", role: PUBLIC) { secret } }`;

/** Clients of the company, and strangers, who send at the same time; each sends an event and waits for the answer. */
const HONEST_CLIENTS = 8;
const STRANGERS = 2;
/** Of how many honest events one brings a device that was not known: the others say nothing new about who is who. */
const ONE_IN_NEW = 10;
/** The customers whose addresses the strangers claim; there are honest events of these as of all others. */
const VICTIMS = 200;

let claims = 0;

/** What strangers claim, by number; the first does nothing but visit, so that both sides bear the same load. */
const STRANGERS_DO: Readonly<Record<string, (n: number) => { source?: string; claimed: readonly string[] }>> = {
  visits: (n) => ({ claimed: [`visitor-${n}@visitors.example`] }),
  "one address": () => ({ claimed: [emailOf(1)] }),
  "one address under a new source each": (n) => ({ source: `source-${n}`, claimed: [emailOf(2)] }),
  "a chain over all victims": (n) => ({ claimed: [emailOf(3 + (n % VICTIMS)), emailOf(3 + ((n + 1) % VICTIMS))] }),
  "fifty addresses at once": (n) => ({
    claimed: Array.from({ length: 50 }, (_, place) => emailOf(3 + ((n * 50 + place) % VICTIMS))),
  }),
};

/**
 * How long honest events take while strangers claim with the public key: the 99th of 100, by that of the same events while
 * the strangers only visit, which is measured first: what strangers have claimed stays, and goes on to cost.
 */
export async function measureAttack(stage: Stage, sizes: Sizes): Promise<Figure> {
  const { profiles, rounds, seconds } = sizes;
  tell(`attack: ${profiles} customers, ${VICTIMS} of them claimed`);
  const url = await stage.fresh("attack", (client) => loadCustomers(client, profiles));
  const onefold = await stage.onefold(url);
  const open = (secret: string) => () =>
    HttpConnection.open(onefold.url, "/graphql", { authorization: `Bearer ${secret}` });
  const [publicKey] = await withConnections(1, open(stage.adminKey), async ([connection]) => {
    const answer = JSON.parse((await connection!.post(JSON.stringify({ query: MAKE_KEY }))).toString());
    return [(answer as { data: { createApiKey: { secret: string } } }).data.createApiKey.secret];
  });
  const taken = new Map(Object.keys(STRANGERS_DO).map((what) => [what, { p50: [] as number[], p99: [] as number[] }]));
  for (const [what, claim] of Object.entries(STRANGERS_DO)) {
    // The first round only warms up.
    for (let round = 0; round <= rounds; round += 1) {
      const times: number[] = [];
      await withConnections(HONEST_CLIENTS, open(stage.adminKey), (honest) =>
        withConnections(STRANGERS, open(publicKey!), async (strangers) => {
          await Promise.all([
            perSecond(honest, seconds, async (connection) => {
              times.push(await send(connection, honestEvent(profiles)));
            }),
            perSecond(strangers, seconds, async (connection) => {
              await send(connection, claimOf(claim));
            }),
          ]);
        }),
      );
      if (round === 0) continue;
      times.sort((a, b) => a - b);
      taken.get(what)!.p50.push(times[Math.floor(times.length * 0.5)]!);
      taken.get(what)!.p99.push(times[Math.floor(times.length * 0.99)]!);
    }
    tell(`attack: ${what}, ${claims} claims so far`);
  }
  const normal = median(taken.get("visits")!.p99);
  const worst = Math.max(...[...taken].map(([what, { p99 }]) => (what === "visits" ? 0 : median(p99) / normal)));
  return {
    figure: "ingest-under-attack",
    means: "99th percentile of honest events while strangers claim customers' addresses, by that while they only visit",
    value: worst,
    target: { atMost: 2 },
    measured: {
      claims,
      milliseconds: Object.fromEntries(
        [...taken].map(([what, { p50, p99 }]) => [what, { p50: rounded(median(p50)), p99: rounded(median(p99)) }]),
      ),
      p99OfEach: Object.fromEntries([...taken].map(([what, { p99 }]) => [what, p99.map(rounded)])),
    },
    sizes: { profiles, rounds, seconds },
  };
}

function honestEvent(profiles: number): EventInput {
  const event = nextEvent(anyCustomer(profiles));
  if (Math.random() * ONE_IN_NEW >= 1) return event;
  const device = { kind: "DEVICE_ID" as const, value: `device-${event.messageId}` };
  return { ...event, subject: { ...event.subject, identifiers: [...event.subject.identifiers, device] } };
}

function claimOf(claim: (typeof STRANGERS_DO)[string]): EventInput {
  claims += 1;
  const { source = "web", claimed } = claim(claims);
  const event = nextEvent(1);
  const identifiers = claimed.map((value) => ({ kind: "EMAIL" as const, value }));
  return { ...event, source, subject: { key: `stranger-${claims}`, identifiers, attributes: null } };
}

/** In milliseconds. @throws Error when the event was not accepted */
async function send(connection: HttpConnection, event: EventInput): Promise<number> {
  const body = JSON.stringify({ query: INGEST, variables: { events: [event] } });
  const began = performance.now();
  const answer = await connection.post(body);
  if (!answer.includes('"ACCEPTED"')) throw new Error(`an event was not accepted: ${answer}`);
  return performance.now() - began;
}
