import { SECRETS_KEY } from "../support/deliveries";
import { PgBouncer, startPgBouncer } from "../support/pgbouncer";
import { startTestServer, TestServer } from "../support/server";
import { itWith } from "../support/system-program";
import { WebhookReceiver } from "../support/webhook-receiver";

const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status profileId interactionId } }";
const JOIN = `mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "one customer") { refused } }`;
const READ = "query ($id: ID!) { profile(id: $id) { id timeline(first: 5) { edges { node { id } } } } }";
const WATCH = `subscription ($id: ID!, $after: Cursor) {
  profileChanges(profileId: $id, after: $after) { __typename profileId } }`;

const ENDPOINT = `mutation ($url: String!) {
  createWebhookEndpoint(input: { url: $url, kinds: [INTERACTION_ADDED] }) { secret } }`;

interface Written {
  readonly profileId: string;
  readonly interactionId: string;
}

let server: TestServer | undefined;
let bouncer: PgBouncer | undefined;
let receiver: WebhookReceiver | undefined;

afterAll(async () => {
  await receiver?.kill();
  await server?.stop();
  await bouncer?.stop();
  await server?.close();
});

async function say(key: string, messageId: string): Promise<Written> {
  const occurredAt = "2026-01-01T09:00:00Z";
  const event = { messageId, source: "web", channel: "WEB", occurredAt, text: "hello", subject: { key } };
  const { ingest } = await server!.data<{ ingest: Written[] }>(INGEST, { events: [event] });
  return ingest[0]!;
}

describe("a server behind PgBouncer in transaction mode, with prepared statements off", () => {
  itWith("pgbouncer")("writes, joins, reads and tells, over many of its connections at once", async () => {
    const settings = { preparedStatements: false, secretsKeys: [SECRETS_KEY], webhookAllow: ["127.0.0.1"] };
    server = await startTestServer(settings, async (url) => {
      bouncer = await startPgBouncer(url);
      return bouncer.url;
    });
    receiver = await WebhookReceiver.open();
    const { createWebhookEndpoint: made } = await server.data<{ createWebhookEndpoint: { secret: string } }>(ENDPOINT, {
      url: receiver.url,
    });
    receiver.secret = made.secret;
    const [ann, bob] = [await say("ann", "a0"), await say("bob", "b0")];
    const { changes } = await server.data<{ changes: { cursor: string } }>("{ changes(first: 1000) { cursor } }");
    const stream = server.subscribe<{ profileChanges: object }>(WATCH, { id: bob.profileId, after: changes.cursor });
    await server.data(JOIN, { ids: [ann.profileId, bob.profileId] });
    const written = await Promise.all(Array.from({ length: 20 }, (_, n) => say(n % 2 ? "ann" : "bob", `m${n}`)));
    expect((await stream.nth(1)).data).toMatchObject({ profileChanges: { __typename: "ProfilesMerged" } });
    await stream.nth(1 + written.length);
    const reads = await Promise.all(
      Array.from({ length: 20 }, () =>
        server!.data<{ profile: { id: string; timeline: { edges: object[] } } }>(READ, { id: bob.profileId }),
      ),
    );
    for (const { profile } of reads) {
      expect(profile.id).toBe(ann.profileId);
      expect(profile.timeline.edges).toHaveLength(5);
    }
    const heard = receiver;
    await heard.until(() => heard.once.length === 2 + written.length);
    expect(server.logged.filter((line) => /"level":[56]0/.test(line))).toEqual([]);
  });
});
