import { pino } from "pino";
import { App, openApp } from "../../src/app";
import { readConfig } from "../../src/config";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { event } from "../support/events";
import { ask, OnefoldProcess } from "../support/onefold-process";
import { startTestServer, TestServer } from "../support/server";
import { Subscriber, subscriber } from "../support/subscriber";
import { makeViewer } from "../support/tenant";

/** A process compiles at its first start: that may take its time without being what is tested. */
const STARTS_WITHIN_MS = 120_000;

let server: TestServer;
let otherProcess: OnefoldProcess;
let other: { readonly url: string; readonly port: number };
let messages = 0;
const log = pino({ level: "silent" });

beforeAll(async () => {
  server = await startTestServer();
  const { adminKey, testDatabase } = server;
  otherProcess = OnefoldProcess.run("serve", { DATABASE_URL: testDatabase.url, ONEFOLD_ADMIN_KEY: adminKey });
  other = await otherProcess.ready();
}, STARTS_WITHIN_MS);
afterAll(async () => {
  otherProcess.signal("SIGTERM");
  await otherProcess.exit();
  await server.close();
}, STARTS_WITHIN_MS);

const SUSPEND = "mutation ($id: ID!) { suspendTenant(id: $id) { id name suspendedAt } }";
const RESUME = "mutation ($id: ID!) { resumeTenant(id: $id) { id suspendedAt } }";
const WATCH =
  "subscription ($after: Cursor) { changes(after: $after) { cursor ... on InteractionAdded { interaction { text } } } }";
const DEFAULT_TENANT = "00000000-0000-7000-8000-000000000001";

interface Tenant {
  id: string;
  name: string;
  suspendedAt: string | null;
}

interface Seen {
  changes: { cursor: string; interaction?: { text: string } };
}

async function tenants(): Promise<Tenant[]> {
  const query = "{ tenants(first: 100) { nodes { id name suspendedAt } } }";
  return (await server.data<{ tenants: { nodes: Tenant[] } }>(query)).tenants.nodes;
}

async function makeTenant(name: string): Promise<{ id: string; key: string }> {
  const key = await server.makeTenant(name);
  return { key, id: (await tenants()).find((tenant) => tenant.name === name)!.id };
}

async function say(text: string, key: string): Promise<void> {
  messages += 1;
  const event = { messageId: `suspension ${messages}`, source: "web", channel: "WEB", text };
  const events = [{ ...event, occurredAt: "2026-01-01T09:00:00Z", subject: { key: "ann" } }];
  await server.data("mutation ($events: [EventInput!]!) { ingest(events: $events) { status } }", { events }, key);
}

async function cursorOf(key: string): Promise<string> {
  const query = "{ profiles(first: 1) { nodes { cursor } } changes(first: 1) { cursor } }";
  const found = await server.data<{ profiles: { nodes: { cursor: string }[] }; changes: { cursor: string } }>(
    query,
    {},
    key,
  );
  return found.profiles.nodes[0]?.cursor ?? found.changes.cursor;
}

/** A stream of another server that has shown, by one event, that it is under way. */
async function underWay(port: number, key: string, sender = key): Promise<Subscriber<Seen>> {
  const stream = subscriber<Seen>(`ws://127.0.0.1:${port}/graphql`, key, WATCH, { after: await cursorOf(key) });
  await say("under way", sender);
  await heard(stream, "under way");
  return stream;
}

async function heard(stream: Subscriber<Seen>, text: string): Promise<void> {
  for (let n = 1; (await stream.nth(n)).data!.changes.interaction?.text !== text; n += 1);
}

const textsOf = ({ received }: Subscriber<Seen>) => received.map(({ data }) => data!.changes.interaction?.text);
const statusAt = async (url: string, key: string): Promise<number> => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  return (await fetch(url, { method: "POST", headers, body: '{"query":"{ __typename }"}' })).status;
};

function openOther(): Promise<App> {
  const config = readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "3" });
  return openApp({ config, databaseUrl: server.testDatabase.url, adminKey: null, log });
}

describe("suspending a tenant", () => {
  it("shuts its keys and ends its streams on every server, here and in another process", async () => {
    const acme = await makeTenant("Acme");
    const beside = await makeTenant("Beside");
    const { port, url } = other;
    await say("first", acme.key);
    const streams = [await underWay(port, acme.key), await underWay(Number(new URL(server.url).port), acme.key)];
    const staying = await underWay(port, beside.key);
    const { suspendTenant } = await server.data<{ suspendTenant: Tenant }>(SUSPEND, { id: acme.id });
    expect(suspendTenant).toMatchObject({ id: acme.id, name: "Acme", suspendedAt: expect.stringMatching(/Z$/) });
    expect(await Promise.all([url, `${server.url}/graphql`].map((at) => statusAt(at, acme.key)))).toEqual([401, 401]);
    for (const stream of streams) expect(await stream.ended).toEqual({ code: 4401 });
    expect(await subscriber(`ws://127.0.0.1:${port}/graphql`, acme.key, WATCH).ended).toEqual({ code: 4401 });
    await say("still here", beside.key);
    await heard(staying, "still here");
    await staying.close();
    expect(await ask(url, server.adminKey, "{ __typename }")).toEqual({ __typename: "Query" });
  });

  it("loses nothing: resumed, the same keys open it, and a stream goes on after its cursor", async () => {
    const { id, key } = await makeTenant("Back again");
    await say("before", key);
    const { changes } = await server.data<{ changes: { cursor: string } }>("{ changes(first: 1) { cursor } }", {}, key);
    const read = "{ profiles { nodes { id timeline { nodes { text } } } } apiKeys { nodes { id } } }";
    const before = await server.data(read, {}, key);
    await server.data(SUSPEND, { id });
    expect((await server.graphql(read, {}, key)).status).toBe(401);
    const { resumeTenant } = await server.data<{ resumeTenant: Tenant }>(RESUME, { id });
    expect(resumeTenant).toEqual({ id, suspendedAt: null });
    expect(await server.data(read, {}, key)).toEqual(before);
    const stream = server.subscribe<Seen>(WATCH, { after: changes.cursor }, key);
    await say("after", key);
    await heard(stream, "after");
    expect(textsOf(stream)).toEqual(["before", "after"]);
  });

  it("may be done again and shows in the list, since when", async () => {
    const { id } = await makeTenant("Twice");
    const first = await server.data<{ suspendTenant: Tenant }>(SUSPEND, { id });
    expect(await server.data(SUSPEND, { id })).toEqual(first);
    expect((await tenants()).find((tenant) => tenant.id === id)).toEqual(first.suspendTenant);
    for (const _ of [1, 2])
      expect(await server.data(RESUME, { id })).toMatchObject({ resumeTenant: { suspendedAt: null } });
  });

  it("cannot be done to the operators' own, nor to one that does not exist", async () => {
    for (const [id, code] of [
      [DEFAULT_TENANT, "CONFLICT"],
      ["01890000-0000-7000-8000-000000000000", "NOT_FOUND"],
      ["no id at all", "NOT_FOUND"],
    ]) {
      expect([id, (await server.graphql(SUSPEND, { id })).errors?.[0]?.extensions.code]).toEqual([id, code]);
    }
    expect((await server.graphql(RESUME, { id: "no id" })).errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect((await server.graphql("{ __typename }")).status).toBe(200);
  });

  it("is for operators alone", async () => {
    const { id, key } = await makeTenant("Not mine to shut");
    for (const role of ["ADMIN", "INTEGRATION", "AGENT", "PUBLIC"]) {
      for (const secret of [(await server.makeKey(role, key)).secret, (await server.makeKey(role)).secret]) {
        for (const query of [SUSPEND, RESUME]) {
          expect((await server.graphql(query, { id }, secret)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
        }
      }
    }
  });
});

describe("what is committed after credentials were taken back", () => {
  const RAISED = "access_version = access_version + 1";
  it.each([
    [
      "a revoked key",
      `with key as (update api_keys set revoked_at = now() where key_id = $2 returning tenant_id)
       update tenants set ${RAISED} where tenant_id in (select tenant_id from key) and tenant_id = $1`,
    ],
    [
      "a key that has another role",
      `with key as (update api_keys set role = 'PUBLIC' where key_id = $2 returning tenant_id)
       update tenants set ${RAISED} where tenant_id in (select tenant_id from key) and tenant_id = $1`,
    ],
    [
      "a key of a suspended tenant",
      `update tenants set suspended_at = now(), ${RAISED} where tenant_id = $1 and $2::uuid is not null`,
    ],
  ])(
    "is never told to %s, on whatever server, though it is answered for others who ask the same",
    async (what, takeBack) => {
      const beside = await openOther();
      const signal = new FeedSignal(server.database, log);
      const ingest = new IngestService(server.database, new RulesService(server.database), signal);
      try {
        for (let round = 0; round < 3; round += 1) {
          const tenant = await makeTenant(`${what} ${round}`);
          await say("first", tenant.key);
          const [shutOut, another] = [
            await server.makeKey("AGENT", tenant.key),
            await server.makeKey("AGENT", tenant.key),
          ];
          const stream = await underWay(beside.port, shutOut.secret, tenant.key);
          const staying = await underWay(beside.port, another.secret, tenant.key);
          await server.testDatabase.ownerQuery(takeBack, [tenant.id, shutOut.id]);
          const viewer = { ...(await makeViewer(server.database)), tenantId: tenant.id };
          await ingest.ingest(viewer, [event({ text: "not for you", subject: { key: "ann" } })]);
          expect(await stream.ended).toEqual({ code: 4401 });
          expect(textsOf(stream)).not.toContain("not for you");
          if (what.includes("suspended")) expect(await staying.ended).toEqual({ code: 4401 });
          else await heard(staying, "not for you");
          await staying.close();
        }
      } finally {
        await beside.close();
      }
    },
  );
});
