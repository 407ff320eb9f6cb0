import { randomBytes } from "node:crypto";
import { createServer, Server } from "node:net";
import { OnefoldProcess } from "../support/onefold-process";
import { startTestServer, TestServer } from "../support/server";
import { WebhookReceiver } from "../support/webhook-receiver";

const SECRETS_KEY = randomBytes(32);

/** What a mutation and a query show of an endpoint. */
const ENDPOINT = "id url kinds source paused lastError failingSince";
const CREATE = `mutation ($input: WebhookEndpointInput!, $after: Cursor) {
  createWebhookEndpoint(input: $input, after: $after) { secret endpoint { ${ENDPOINT} } } }`;
const INGEST = `mutation ($key: String!, $messageId: String!) { ingest(events: [{
  source: "web", channel: WEB, occurredAt: "2026-01-01T00:00:00Z", messageId: $messageId, subject: { key: $key } }]) { status } }`;

let server: TestServer;
const receivers: WebhookReceiver[] = [];
const processes: OnefoldProcess[] = [];
let messages = 0;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY], webhookAllow: ["127.0.0.1"] });
});
afterAll(async () => {
  await Promise.all([...processes, ...receivers].map((one) => one.kill()));
  await server.close();
});

async function receive(library?: "svix" | "standardwebhooks"): Promise<WebhookReceiver> {
  const receiver = await WebhookReceiver.open(library);
  receivers.push(receiver);
  return receiver;
}

async function create(input: Record<string, unknown>, key?: string, after?: string) {
  const made = await server.data<{ createWebhookEndpoint: { secret: string; endpoint: { id: string } } }>(
    CREATE,
    { input, after },
    key,
  );
  return { secret: made.createWebhookEndpoint.secret, id: made.createWebhookEndpoint.endpoint.id };
}

async function happens(key: string, times = 1, apiKey?: string): Promise<void> {
  for (let n = 0; n < times; n += 1) await server.data(INGEST, { key, messageId: `m${++messages}` }, apiKey);
}

/** Somebody who takes connections and never says a word. */
function silentServer(): Promise<Server> {
  const silent = createServer((socket) => {
    socket.on("error", () => undefined);
    silent.once("leave", () => socket.destroy());
  });
  return new Promise((resolve) => silent.listen(0, "127.0.0.1", () => resolve(silent)));
}

describe("a change", () => {
  it("reaches the endpoints of its tenant, each with its own secret, and no other tenant's", async () => {
    const [own, second, foreign] = [await receive("svix"), await receive("standardwebhooks"), await receive()];
    const otherAdmin = await server.makeTenant();
    own.secret = (await create({ url: own.url, kinds: ["INTERACTION_ADDED"] })).secret;
    second.secret = (await create({ url: second.url, kinds: ["INTERACTION_ADDED"] })).secret;
    foreign.secret = (await create({ url: foreign.url }, otherAdmin)).secret;
    await happens("one");
    await Promise.all([own.until(() => own.taken.length === 1), second.until(() => second.taken.length === 1)]);
    await happens("one", 1, otherAdmin);
    await foreign.until(() => foreign.taken.length === 2);
    expect(foreign.taken.map(({ type }) => type)).toEqual(["profile.updated", "interaction.added"]);
    expect([own.taken.length, second.taken.length]).toEqual([1, 1]);
    expect([own, second, foreign].flatMap(({ refused }) => refused)).toEqual([]);
  });

  it("is not kept waiting by an endpoint that says nothing, nor by one that is not there", async () => {
    const silent = await silentServer();
    const port = (silent.address() as { port: number }).port;
    const admin = await server.makeTenant();
    const silentId = (await create({ url: `http://127.0.0.1:${port}/` }, admin)).id;
    await create({ url: "http://127.0.0.1:1/" }, admin);
    const live = await receive();
    live.secret = (await create({ url: live.url, kinds: ["INTERACTION_ADDED"] }, admin)).secret;
    await happens("two", 20, admin);
    await live.until(() => live.taken.length === 20);
    const list = `query ($id: ID!) { webhookDeliveries(endpointId: $id, status: DELIVERED) { nodes { id } } }`;
    expect(await server.data(list, { id: silentId }, admin)).toEqual({ webhookDeliveries: { nodes: [] } });
    await server.data("mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) }", { id: silentId }, admin);
    silent.emit("leave");
    silent.close();
  });

  it("from before the endpoint was made is sent when it begins after an older cursor", async () => {
    const admin = await server.makeTenant();
    await happens("three", 2, admin);
    const first = "{ changes(first: 1) { cursor } }";
    const { cursor } = (await server.data<{ changes: { cursor: string } }>(first, {}, admin)).changes;
    const receiver = await receive();
    receiver.secret = (await create({ url: receiver.url }, admin, cursor)).secret;
    await receiver.until(() => receiver.taken.length === 2);
    expect(receiver.taken.map(({ type }) => type)).toEqual(["interaction.added", "interaction.added"]);
  });
});

describe("endpoints", () => {
  it("are listed, changed, paused, resumed, rotated and deleted", async () => {
    const admin = await server.makeTenant();
    const receiver = await receive();
    const { id, secret } = await create({ url: receiver.url, source: "hubspot", description: " CRM " }, admin);
    receiver.secret = secret;
    const change = `mutation ($id: ID!, $input: WebhookEndpointInput!) { updateWebhookEndpoint(id: $id, input: $input) { ${ENDPOINT} description } }`;
    const changed = await server.data(change, { id, input: { kinds: ["INTERACTION_ADDED"], source: null } }, admin);
    const shown = {
      id,
      url: receiver.url,
      kinds: ["INTERACTION_ADDED"],
      source: null,
      description: "CRM",
      paused: false,
    };
    expect(changed).toMatchObject({ updateWebhookEndpoint: shown });
    await server.data("mutation ($id: ID!) { pauseWebhookEndpoint(id: $id) { paused } }", { id }, admin);
    await happens("four", 3, admin);
    const list = `{ webhookEndpoints { nodes { ${ENDPOINT} } } }`;
    const paused = await server.data(list, {}, admin);
    expect(paused).toMatchObject({ webhookEndpoints: { nodes: [{ id, paused: true }] } });
    expect(receiver.requests).toEqual([]);
    await server.data("mutation ($id: ID!) { resumeWebhookEndpoint(id: $id) { paused } }", { id }, admin);
    await receiver.until(() => receiver.taken.length === 3);
    const rotate = "mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret endpoint { previousSecretUntil } } }";
    const rotated = await server.data<{ rotateWebhookSecret: { secret: string } }>(rotate, { id }, admin);
    receiver.secret = rotated.rotateWebhookSecret.secret;
    await happens("four", 1, admin);
    await receiver.until(() => receiver.taken.length === 4);
    await server.data("mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) }", { id }, admin);
    expect(await server.data(list, {}, admin)).toEqual({ webhookEndpoints: { nodes: [] } });
    expect(receiver.refused).toEqual([]);
  });

  it("show what was sent, page by page, and send it again when told to", async () => {
    const admin = await server.makeTenant();
    const receiver = await receive();
    const { id, secret } = await create({ url: receiver.url, kinds: ["INTERACTION_ADDED"] }, admin);
    receiver.secret = secret;
    await happens("five", 3, admin);
    await receiver.until(() => receiver.taken.length === 3);
    const list = `query ($id: ID!, $after: String) { webhookDeliveries(endpointId: $id, first: 2, after: $after, status: DELIVERED) {
      nodes { id kind profileId status attempts lastStatus lastError nextAttemptAt } pageInfo { endCursor hasNextPage } } }`;
    interface Page {
      webhookDeliveries: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    }
    const logged = async () => {
      const pages: { id: string }[] = [];
      for (let after: string | null = null; ; ) {
        const { webhookDeliveries: page }: Page = await server.data<Page>(list, { id, after }, admin);
        pages.push(...page.nodes);
        if (!page.pageInfo.hasNextPage) return pages;
        after = page.pageInfo.endCursor;
      }
    };
    let pages = await logged();
    // What was answered is written down a moment later.
    while (pages.length < 3) pages = await logged();
    expect(pages.map((delivery) => delivery.id)).toEqual(receiver.taken.map((message) => message.id).reverse());
    expect(pages[0]).toMatchObject({
      status: "DELIVERED",
      attempts: 1,
      lastStatus: 204,
      lastError: null,
      nextAttemptAt: null,
    });
    const replay = "mutation ($id: ID!, $ids: [ID!]) { replayWebhookDeliveries(endpointId: $id, ids: $ids) }";
    const ids = [pages[1]!.id];
    expect(await server.data(replay, { id, ids }, admin)).toEqual({ replayWebhookDeliveries: 1 });
    await receiver.until(() => receiver.taken.length === 4);
    expect(receiver.taken[3]!.id).toBe(ids[0]);
  });

  it.each([
    ["http://example.com/", "https"],
    ["https://169.254.169.254/latest", "public internet"],
    ["https://[::ffff:10.0.0.1]/", "public internet"],
    ["not a url", "url must be"],
    ["", "url must be"],
  ])("may not lead to %s", async (url, words) => {
    const { errors } = await server.graphql(CREATE, { input: { url } });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" }, message: expect.stringContaining(words) }]);
  });

  it("are the admins' alone, and of their own tenant", async () => {
    const [integration, admin] = [await server.makeKey("INTEGRATION"), await server.makeTenant()];
    const { id } = await create({ url: "https://example.com/hook", kinds: ["PROFILE_ERASED"] });
    const asked = await server.graphql("{ webhookEndpoints { nodes { id } } }", {}, integration.secret);
    expect(asked.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    for (const query of [
      "mutation ($id: ID!) { deleteWebhookEndpoint(id: $id) }",
      "mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret } }",
      "mutation ($id: ID!) { replayWebhookDeliveries(endpointId: $id) }",
      "query ($id: ID!) { webhookDeliveries(endpointId: $id) { nodes { id } } }",
    ]) {
      const { errors } = await server.graphql(query, { id }, admin);
      expect(errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
    }
  });

  it("are twenty at the most", async () => {
    const admin = await server.makeTenant();
    const input = { url: "https://example.com/hook" };
    const answers = await Promise.all(Array.from({ length: 22 }, () => server.graphql(CREATE, { input }, admin)));
    const codes = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []);
    expect(codes).toEqual(["LIMIT_EXCEEDED", "LIMIT_EXCEEDED"]);
  });
});

describe("a server that is killed in the middle of sending", () => {
  it("loses nothing: the next one goes on, in order", async () => {
    const adminKey = `operator-${randomBytes(12).toString("hex")}`;
    const environment = {
      DATABASE_URL: server.testDatabase.url,
      ONEFOLD_ADMIN_KEY: adminKey,
      ONEFOLD_SECRETS_KEY: SECRETS_KEY.toString("base64"),
      ONEFOLD_WEBHOOK_ALLOW: "127.0.0.1",
    };
    const admin = await server.makeTenant();
    const receiver = await receive("svix");
    const { id, secret } = await create({ url: receiver.url, kinds: ["INTERACTION_ADDED"] }, admin);
    receiver.secret = secret;
    await server.data("mutation ($id: ID!) { pauseWebhookEndpoint(id: $id) { paused } }", { id }, admin);
    for (const key of ["a", "b", "c"]) await happens(key, 4, admin);
    // From here on only processes of their own send: the one that is killed, and the one after it.
    await server.stop();
    let killing: Promise<void> | undefined;
    const first = OnefoldProcess.run("serve", environment);
    processes.push(first);
    receiver.answer = (_, response) => {
      if (receiver.taken.length < 5 || killing !== undefined) response.writeHead(200).end();
      else killing = first.kill();
    };
    const { url } = await first.ready();
    await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
      body: JSON.stringify({ query: `mutation { resumeWebhookEndpoint(id: "${id}") { paused } }` }),
    });
    await receiver.until(() => killing !== undefined);
    await killing;
    const second = OnefoldProcess.run("serve", environment);
    processes.push(second);
    await second.ready();
    await receiver.until(() => receiver.once.length === 12);
    second.signal("SIGTERM");
    expect(await second.exit()).toBe(0);
    const places = new Map<string, number>();
    const rows = await server.testDatabase.ownerQuery<{ interaction_id: string; position: string }>(
      "select interaction_id, position from changes where kind = 'INTERACTION_ADDED'",
    );
    for (const { interaction_id, position } of rows) places.set(interaction_id, Number(position));
    for (const profileId of new Set(receiver.taken.map(({ data }) => data.profileId))) {
      const own = receiver.once.filter(({ data }) => data.profileId === profileId);
      const order = own.map(({ data }) => places.get(data.interaction!.id)!);
      expect(order).toHaveLength(4);
      expect(order).toEqual([...order].sort((a, b) => a - b));
    }
  }, 90_000);
});
