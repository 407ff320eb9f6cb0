import { encodeTimelineCursor } from "../src/timeline/timeline-cursor";
import { placeOf, profileIdOf } from "./customer";
import { Figure, tell } from "./figure";
import { HttpConnection } from "./http-connection";
import { withConnections } from "./load";
import { loadCustomers } from "./load-customers";
import { loadInteractions } from "./load-interactions";
import { median, rounded } from "./median";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

const PAGE = `query Page($id: ID!, $after: String) {
  profile(id: $id) {
    timeline(first: 50, after: $after) {
      nodes { id messageId source channel kind direction visibility occurredAt receivedAt conversationKey actor text }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** Places in the history from which pages are read, evenly from the newest to nearly the oldest. */
const PLACES = 16;

/** How long a page of the timeline takes, of profiles with ever more interactions; the slowest median by the fastest. */
export async function measureTimelineGrowth(stage: Stage, sizes: Sizes): Promise<Figure> {
  const { timelines, pages, rounds } = sizes;
  tell(`timeline growth: profiles with ${timelines.join(", ")} interactions`);
  const url = await stage.fresh("timeline", async (client) => {
    await loadCustomers(client, timelines.length);
    const runs = timelines.map((each, place) => ({ firstCustomer: place + 1, customers: 1, each }));
    await loadInteractions(client, runs);
  });
  const onefold = await stage.onefold(url);
  const bodies = timelines.map((_count, place) => pageRequests(timelines, place));
  const open = () => HttpConnection.open(onefold.url, "/graphql", { authorization: `Bearer ${stage.adminKey}` });
  const medians = await withConnections(1, open, async ([connection]) => {
    for (const requests of bodies) await medianOf(connection!, requests, pages);
    const taken: number[][] = timelines.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const place of timelines.keys()) {
        taken[place]!.push(await medianOf(connection!, bodies[place]!, pages));
      }
    }
    return taken.map(median);
  });
  const named = timelines.map((count, place) => [count, rounded(medians[place]!)] as const);
  return {
    figure: "growth-timeline",
    means: "median time of a timeline page over HTTP, that of the slowest profile by that of the fastest",
    value: Math.max(...medians) / Math.min(...medians),
    target: { atMost: 1.5 },
    measured: { millisecondsByInteractions: Object.fromEntries(named) },
    sizes: { timelines, pages, rounds },
  };
}

/** The requests of one profile: a page each from several places of its history. */
function pageRequests(timelines: readonly number[], place: number): string[] {
  const before = timelines.slice(0, place).reduce((sum, count) => sum + count, 0);
  const count = timelines[place]!;
  return Array.from({ length: PLACES }, (_, step) => {
    const newest = before + count - Math.floor((step * (count - 50)) / PLACES);
    const after = step === 0 ? null : encodeTimelineCursor(placeOf(newest));
    return JSON.stringify({ query: PAGE, variables: { id: profileIdOf(place + 1), after } });
  });
}

/** In milliseconds. @throws Error when a page is not full */
async function medianOf(connection: HttpConnection, requests: readonly string[], pages: number): Promise<number> {
  const times: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const began = performance.now();
    const answer = await connection.post(requests[page % requests.length]!);
    times.push(performance.now() - began);
    const { data } = JSON.parse(answer.toString()) as { data: { profile: { timeline: { nodes: unknown[] } } } };
    if (data.profile.timeline.nodes.length !== 50) throw new Error("a page of the timeline is not full");
  }
  return median(times);
}
