/*
 * A poller in a process of its own: drains the feed in pages of a thousand, and prints what came of it as JSON.
 *
 *     drain-feed.ts <address of the server> <key> <filter as JSON>
 */

const EVERY_PAGES = 20;
/** Pages until the code of both sides is loaded and compiled, and their heaps have grown to what they work with. */
const WARM_UP_PAGES = 40;

const QUERY = `query ($after: Cursor, $filter: ChangeFilter) {
  changes(after: $after, first: 1000, filter: $filter) {
    changes { __typename cursor profileId at } cursor hasMore } }`;

interface Page {
  readonly changes: readonly { readonly cursor: string }[];
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** Resident memory of both sides, in bytes. */
interface Memory {
  readonly server: number;
  readonly client: number;
}

/** What a poller prints when it has come to the end. */
export interface Drained {
  readonly entries: number;
  readonly pages: number;
  /** Entries that did not stand behind the one before. */
  readonly outOfOrder: number;
  readonly lastPosition: number;
  readonly afterWarmUp: Memory;
  readonly most: Memory;
  readonly seconds: number;
}

async function drain(origin: string, key: string, filter: unknown): Promise<Drained> {
  const began = performance.now();
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const counted = { entries: 0, pages: 0, outOfOrder: 0, lastPosition: 0 };
  let afterWarmUp: Memory = { server: 0, client: 0 };
  let most = afterWarmUp;
  let after: string | null = null;
  for (let hasMore = true; hasMore; ) {
    const body: string = JSON.stringify({ query: QUERY, variables: { after, filter } });
    const response = await fetch(`${origin}/graphql`, { method: "POST", headers, body });
    const { data } = (await response.json()) as { data: { changes: Page } };
    for (const { cursor } of data.changes.changes) {
      const position = positionOf(cursor);
      if (position <= counted.lastPosition) counted.outOfOrder += 1;
      counted.lastPosition = position;
      counted.entries += 1;
    }
    counted.pages += 1;
    ({ cursor: after, hasMore } = data.changes);
    if (counted.pages % EVERY_PAGES !== 0 && hasMore) continue;
    const now = await memory(origin);
    if (counted.pages <= WARM_UP_PAGES) afterWarmUp = now;
    most = { server: Math.max(most.server, now.server), client: Math.max(most.client, now.client) };
  }
  return { ...counted, afterWarmUp, most, seconds: (performance.now() - began) / 1_000 };
}

/** A client of ours knows nothing of what is in a cursor; a test does. */
function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, "base64url").readBigUInt64BE(0));
}

async function memory(origin: string): Promise<Memory> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const server = Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)![1]);
  return { server, client: process.memoryUsage.rss() };
}

if (require.main === module) {
  const [origin = "", key = "", filter = "null"] = process.argv.slice(2);
  void drain(origin, key, JSON.parse(filter)).then((drained) => process.stdout.write(JSON.stringify(drained)));
}
