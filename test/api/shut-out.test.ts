import { once } from "node:events";
import { request } from "node:http";
import { AccessService } from "../../src/access/access.service";
import { Database } from "../../src/db/database";
import { RulesPreviewService } from "../../src/identity/preview/rules-preview.service";
import { LiveService } from "../../src/live/live.service";
import { TimelineService } from "../../src/timeline/timeline.service";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;
let messages = 0;

beforeAll(async () => {
  server = await startTestServer();
});

/** The sweep learns nothing here: who is shut out is found out by those who answer, or not at all. */
beforeEach(() => {
  jest.spyOn(Database.prototype, "across").mockRejectedValue(new Error("not now"));
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => server.close());

const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
const CURSOR = "{ changes(first: 1000) { cursor } }";
const POLL = "query ($after: Cursor) { changes(after: $after) { changes { cursor } } }";
const WATCH = `subscription ($after: Cursor) { changes(after: $after) {
  ... on InteractionAdded { interaction { text } } } }`;
const PREVIEW = "subscription { identityRulesPreview(rules: { cap: 10 }) { phase total preview { joined } } }";

async function say(text: string): Promise<void> {
  messages += 1;
  const event = { messageId: `shut out ${messages}`, source: "web", channel: "WEB", text, subject: { key: "ann" } };
  await server.data(INGEST, { events: [{ ...event, occurredAt: "2026-01-01T09:00:00Z" }] });
}

const cursor = async (): Promise<string> => (await server.data<{ changes: { cursor: string } }>(CURSOR)).changes.cursor;

/** As another server does it. */
async function takeBack(keyId: string): Promise<void> {
  await server.testDatabase.ownerQuery("update api_keys set revoked_at = now() where key_id = $1", [keyId]);
  await server.testDatabase.ownerQuery("update tenants set access_version = access_version + 1");
}

/** What happens in the middle of the next call, before it does what it does. */
function justBefore<Arguments extends unknown[], Result>(
  service: { readonly prototype: object },
  method: string,
  happens: () => Promise<unknown>,
): jest.SpyInstance {
  const prototype = service.prototype as Record<string, (...given: Arguments) => Promise<Result>>;
  const original = prototype[method]!;
  return jest.spyOn(prototype, method).mockImplementationOnce(async function (this: object, ...given: Arguments) {
    await happens();
    return original.apply(this, given);
  });
}

function lateMutation(): object {
  const event = { messageId: "late", source: "web", channel: "WEB", text: "late", subject: { key: "ann" } };
  return { query: INGEST, variables: { events: [{ ...event, occurredAt: "2026-01-01T09:00:00Z" }] } };
}

const lateCall = (): object => ({ userId: "ann", event: "Late", messageId: "late" });

const revoke = (id: string) => server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id });

describe("whoever is shut out", () => {
  it("is not told an event that is answered from what is read afterwards, though others are who ask the same", async () => {
    const [agent, another] = [await server.makeKey("AGENT"), await server.makeKey("AGENT")];
    await say("hello");
    const after = await cursor();
    const streams = [agent, another].map(({ secret }) => server.subscribe(WATCH, { after }, secret));
    await say("for both");
    for (const stream of streams) await stream.nth(1);
    justBefore(TimelineService, "interactionOf", () => takeBack(agent.id));
    await say("for one");
    expect(await streams[1]!.nth(2)).toEqual({ data: { changes: { interaction: { text: "for one" } } } });
    expect(await streams[0]!.ended).toEqual({ code: 4401 });
    expect(streams[0]!.received).toEqual([{ data: { changes: { interaction: { text: "for both" } } } }]);
  });

  it("is not answered a page of the feed that was asked for before", async () => {
    const { id, secret } = await server.makeKey("INTEGRATION");
    const after = await cursor();
    justBefore(LiveService, "listChanges", async () => {
      await revoke(id);
      await say("not for you");
    });
    const { data, errors } = await server.graphql(POLL, { after }, secret);
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  it.each([
    ["GraphQL", "/graphql", (secret: string) => `Bearer ${secret}`, lateMutation],
    ["the tracking spec", "/v1/track", (secret: string) => `Basic ${btoa(`${secret}:`)}`, lateCall],
  ] as const)("does nothing more by a request of %s whose body comes later", async (_of, path, credentials, make) => {
    const { id, secret } = await server.makeKey("INTEGRATION");
    const admitted = jest.spyOn(AccessService.prototype, "authenticate");
    const after = await cursor();
    admitted.mockClear();
    const body = Buffer.from(JSON.stringify(make()));
    const headers = {
      authorization: credentials(secret),
      "content-type": "application/json",
      "content-length": body.length,
    };
    const sent = request(`${server.url}${path}`, { method: "POST", headers });
    sent.flushHeaders();
    while (admitted.mock.results.length === 0) await new Promise(setImmediate);
    expect(await admitted.mock.results[0]!.value).toMatchObject({ keyId: id });
    await revoke(id);
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [{ statusCode: number; resume(): void }];
    answer.resume();
    expect(answer.statusCode).toBe(401);
    expect((await server.data<{ changes: { changes: object[] } }>(POLL, { after })).changes.changes).toEqual([]);
  });

  it("is not told how far a preview is of what is read afterwards", async () => {
    const { id, secret } = await server.makeKey("ADMIN");
    justBefore(RulesPreviewService, "watch", () => takeBack(id));
    const preview = server.subscribe(PREVIEW, {}, secret);
    expect(await preview.ended).toEqual({ code: 4401 });
    expect(preview.received).toEqual([]);
  });

  it("is answered what was done for it before, as when it takes back its own key", async () => {
    const { id, secret } = await server.makeKey("ADMIN");
    const query = "mutation ($id: ID!) { revokeApiKey(id: $id) }";
    expect(await server.data(query, { id }, secret)).toEqual({ revokeApiKey: true });
  });
});
