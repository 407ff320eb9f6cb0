import { openTestDatabase, TestDatabase } from "../support/database";
import { report, scale } from "../support/faults";
import { OnefoldProcess } from "../support/onefold-process";
import { ResumingSubscriber } from "../support/resuming-subscriber";

const SOCKETS = scale(2_000, 200);
/** Within this time every one of them has gone on, in milliseconds: the client's own wait before it comes back included. */
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

const textOf = ({ profileChanges }: Seen): string => profileChanges.interaction.text;

it(`${SOCKETS} sockets dropped at once all go on from their cursors, with nothing lost and nothing twice`, async () => {
  const ids = await everyoneSays("hi");
  const { profile } = await ask<{ profile: { cursor: string } }>("query ($id: ID!) { profile(id: $id) { cursor } }", {
    id: ids[0],
  });
  await everyoneSays("hello");
  const watchers: ResumingSubscriber<Seen>[] = [];
  const all = (count: number): Promise<unknown> => Promise.all(watchers.map((watcher) => watcher.saw(count)));
  while (watchers.length < SOCKETS) {
    for (const id of ids.slice(watchers.length, watchers.length + BATCH)) {
      watchers.push(
        new ResumingSubscriber<Seen>(url.replace("http", "ws"), ADMIN_KEY, WATCH, { id, after: profile.cursor }),
      );
    }
    await all(1);
  }

  const dropped = performance.now();
  for (const watcher of watchers) watcher.cut();
  await everyoneSays("is anyone there?");
  await all(2);
  const took = performance.now() - dropped;
  report(`${SOCKETS} sockets dropped at once: all resumed within ${(took / 1_000).toFixed(1)} s`);
  expect(took).toBeLessThan(RESUMED_WITHIN_MS);

  await everyoneSays("bye");
  await all(3);
  for (const [place, watcher] of watchers.entries()) {
    expect(watcher.seen.map(textOf)).toEqual(["hello", "is anyone there?", "bye"].map((text) => `${text} of ${place}`));
  }
  await Promise.all(watchers.map((watcher) => watcher.close()));
});
