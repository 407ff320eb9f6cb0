import { emailOf, profileIdOf } from "./customer";
import { nextEvent } from "./event";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { INGEST } from "./known-customers";
import { withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { median, rounded } from "./median";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const WHO = "query Who($a: ID!, $b: ID!) { a: profile(id: $a) { id } b: profile(id: $b) { id } }";

/** Merges beforehand that are not counted, so that code and plans are warm. */
const WARM_UP = 10;

/**
 * How long the event takes that makes two profiles one, with few and with many interactions in each. Every pair can be
 * merged once only, so each size has several pairs, which take turns.
 */
export async function measureMergeGrowth(stage: Stage, sizes: Sizes): Promise<Figure> {
  const { merged, merges } = sizes;
  const [few, many] = merged;
  tell(`merge growth: ${merges} pairs with ${few} and with ${many} interactions in each profile`);
  const small = { firstCustomer: 1, customers: 2 * (WARM_UP + merges), each: few };
  const large = { firstCustomer: small.customers + 1, customers: 2 * merges, each: many };
  const url = await stage.fresh("merge", async (client) => {
    await loadCustomers(client, small.customers + large.customers);
    await loadInteractions(client, [small, large]);
  });
  const onefold = await stage.onefold(url);
  const open = () => HttpConnection.open(onefold.url, "/graphql", { authorization: `Bearer ${stage.adminKey}` });
  const times = await withConnections(1, open, async ([connection]) => {
    const taken: { small: number[]; large: number[] } = { small: [], large: [] };
    for (let pair = 0; pair < WARM_UP; pair += 1) await mergeTime(connection!, 1 + 2 * pair);
    for (let pair = 0; pair < merges; pair += 1) {
      const ofSmall = async () => taken.small.push(await mergeTime(connection!, 1 + 2 * (WARM_UP + pair)));
      const ofLarge = async () => taken.large.push(await mergeTime(connection!, large.firstCustomer + 2 * pair));
      for (const merge of pair % 2 === 0 ? [ofSmall, ofLarge] : [ofLarge, ofSmall]) await merge();
    }
    return taken;
  });
  return {
    figure: "growth-merge",
    means: "median time of an event that merges two profiles, those of many interactions by those of few",
    value: median(times.large) / median(times.small),
    target: { atMost: 2 },
    measured: {
      milliseconds: { [few]: rounded(median(times.small)), [many]: rounded(median(times.large)) },
      millisecondsOfEach: { [few]: times.small.map(rounded), [many]: times.large.map(rounded) },
    },
    sizes: { merged, merges },
  };
}

/** In milliseconds: the event that says of a customer that the next one's e-mail address is theirs. @throws Error when they stay two */
async function mergeTime(connection: HttpConnection, customer: number): Promise<number> {
  const event = nextEvent(customer);
  event.subject.identifiers = [{ kind: "EMAIL", value: emailOf(customer + 1) }];
  const body = JSON.stringify({ query: INGEST, variables: { events: [event] } });
  const began = performance.now();
  await connection.post(body);
  const taken = performance.now() - began;
  const variables = { a: profileIdOf(customer), b: profileIdOf(customer + 1) };
  const answer = (await connection.post(JSON.stringify({ query: WHO, variables }))).toString();
  const { data } = JSON.parse(answer) as { data: Record<"a" | "b", { id: string }> };
  if (data.a.id !== data.b.id) throw new Error(`the event did not merge the two: ${answer}`);
  return taken;
}
