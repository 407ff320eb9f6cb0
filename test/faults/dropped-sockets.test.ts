import { ClientProcesses } from "../support/client-processes";
import { openTestDatabase, TestDatabase } from "../support/database";
import { FULL, report, scale } from "../support/faults";
import { OnefoldProcess } from "../support/onefold-process";

const SOCKETS = scale(2_000, 200);
/**
 * Within this time every one of them has gone on, in milliseconds: the wait of up to four seconds included, after which a
 * client comes back.
 */
const RESUMED_WITHIN_MS = 15_000;
const BATCH = 100;

jest.setTimeout(scale(300_000, 60_000));

const ADMIN_KEY = "operator-of-the-dropped-sockets-test";
const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status profileId } }";
const WATCH = `subscription ($id: ID!, $after: Cursor) {
  profileChanges(profileId: $id, after: $after) { cursor ... on InteractionAdded { interaction { text } } } }`;

interface Seen {
  readonly profileChanges: { readonly cursor: string; readonly interaction: { readonly text: string } };
}

let database: TestDatabase;
let onefold: OnefoldProcess;
let url: string;
let clients: ClientProcesses<Seen>;

beforeAll(async () => {
  database = await openTestDatabase();
  onefold = OnefoldProcess.run("serve", {
    DATABASE_URL: database.url,
    ONEFOLD_ADMIN_KEY: ADMIN_KEY,
    ONEFOLD_RATE_LIMIT: "off",
    ONEFOLD_LOG_LEVEL: "warn",
  });
  url = (await onefold.ready()).url;
});

afterAll(async () => {
  await clients?.close();
  onefold.signal("SIGTERM");
  await onefold.exit();
  await database.close();
});

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** Everyone says the same. Answers with their ids. */
async function everyoneSays(text: string): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < SOCKETS) {
    const events = Array.from({ length: Math.min(BATCH, SOCKETS - ids.length) }, (_, place) => ({
      messageId: `${text} of ${ids.length + place}`,
      source: "web",
      channel: "WEB",
      occurredAt: "2026-01-01T09:00:00Z",
      text: `${text} of ${ids.length + place}`,
      subject: { key: `person ${ids.length + place}` },
    }));
    const { ingest } = await ask<{ ingest: { profileId: string }[] }>(INGEST, { events });
    ids.push(...ingest.map(({ profileId }) => profileId));
  }
  return ids;
}

/** Processor time that the server has taken so far, in seconds. */
async function serverSeconds(): Promise<number> {
  const text = await (await fetch(new URL("/metrics", url))).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)![1]);
}

const textOf = ({ profileChanges }: Seen): string => profileChanges.interaction.text;

it(`${SOCKETS} sockets dropped at once all go on from their cursors, with nothing lost and nothing twice`, async () => {
  const ids = await everyoneSays("hi");
  const { profile } = await ask<{ profile: { cursor: string } }>("query ($id: ID!) { profile(id: $id) { cursor } }", {
    id: ids[0],
  });
  await everyoneSays("hello");
  clients = new ClientProcesses({ url: url.replace("http", "ws"), key: ADMIN_KEY, query: WATCH }, 1);
  await clients.open(ids.map((id) => ({ id, after: profile.cursor })));
  await clients.saw(1);

  const [dropped, worked] = [performance.now(), await serverSeconds()];
  await clients.cut();
  await everyoneSays("is anyone there?");
  await clients.saw(2);
  const took = performance.now() - dropped;
  const busy = (await serverSeconds()) - worked;
  report(`${SOCKETS} sockets dropped at once: all resumed within ${(took / 1_000).toFixed(1)} s`);
  report(`${SOCKETS} sockets dropped at once: ${busy.toFixed(1)} s of it the server was at work`);
  if (FULL) expect(took).toBeLessThan(RESUMED_WITHIN_MS);

  await everyoneSays("bye");
  await clients.saw(3);
  for (const [place, seen] of (await clients.seen()).entries()) {
    expect(seen.map(textOf)).toEqual(["hello", "is anyone there?", "bye"].map((text) => `${text} of ${place}`));
  }
});
