import { pino } from "pino";
import { openApp } from "../../src/app";
import { readConfig } from "../../src/config";
import { Customers } from "../support/customers";
import { newSecret, SECRETS_KEY, Sender, sale, signed } from "../support/deliveries";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());

const CONNECT = `mutation ($source: String!, $system: String!, $credentials: JSON!) {
  connectSource(source: $source, system: $system, credentials: $credentials) { source system path } }`;
const ROTATE = `mutation ($source: String!, $credentials: JSON!, $retireAt: DateTime) {
  rotateCredentials(source: $source, credentials: $credentials, retireAt: $retireAt) { credentials { until } } }`;
const RETIRE = "mutation ($source: String!) { retireCredentials(source: $source) { credentials { fields } } }";
const DISCONNECT = "mutation ($source: String!) { disconnectSource(source: $source) }";

/** The status of a delivery with one new event, signed with the secret. */
async function sendWith(sender: Sender, secret: string): Promise<number> {
  const body = JSON.stringify({ events: [sale(`event ${Math.random()}`)] });
  return (await sender.post(body, signed(secret, body))).status;
}

describe("connecting a source", () => {
  it("names the systems there are, with what each needs", async () => {
    const query = "{ systems { name credentials { name description required } } }";
    const { systems } = await server.data<{ systems: { name: string; credentials: object[] }[] }>(query);
    expect(systems.find(({ name }) => name === "webhook")?.credentials).toMatchObject([
      { name: "secret", required: true },
    ]);
  });

  it("answers with the path to send to, and what is sent there comes in", async () => {
    const sender = await Sender.open(server);
    expect(sender.path).toMatch(/^\/connect\/[0-9a-f-]{36}\/pos$/);
    expect(await sender.send({ events: [sale("m-1")] })).toBe(200);
    const query = `{ profile(identifier: { kind: LOYALTY_ID, value: "c-1" }) { timeline { nodes { source text } } } }`;
    expect(await sender.tenant.ask(query)).toEqual({
      profile: { timeline: { nodes: [{ source: "pos", text: "Tea" }] } },
    });
  });

  it("shows which credentials are set, and never what they are", async () => {
    const sender = await Sender.open(server);
    const seen = await sender.seen();
    expect(seen.credentials).toMatchObject([{ fields: ["secret"], until: null }]);
    expect(JSON.stringify(seen)).not.toContain(sender.secret);
    const stored = await server.testDatabase.ownerQuery("select sealed, key_id, fields from connection_credentials");
    const bytes = stored.map((row) =>
      Object.values(row)
        .map((value) => (value as Buffer).toString("latin1"))
        .join(),
    );
    expect(bytes.join()).not.toContain(sender.secret.slice(6));
    expect(server.logged.join()).not.toContain(sender.secret);
  });

  it.each<[string, object, string]>([
    ["an unknown system", { system: "carrier-pigeon" }, "BAD_USER_INPUT"],
    ["a missing credential", { credentials: {} }, "BAD_USER_INPUT"],
    ["a credential of an unknown name", { credentials: { secret: newSecret(), more: "x" } }, "BAD_USER_INPUT"],
    ["a credential that is no text", { credentials: { secret: 7 } }, "BAD_USER_INPUT"],
    ["credentials that are no object", { credentials: "secret" }, "BAD_USER_INPUT"],
    ["a secret that is none", { credentials: { secret: "short" } }, "BAD_USER_INPUT"],
    ["a source with a slash", { source: "a/b" }, "BAD_USER_INPUT"],
  ])("refuses %s", async (_name, given, code) => {
    const tenant = await Customers.ofNewTenant(server);
    const good = { source: "pos", system: "webhook", credentials: { secret: newSecret() } };
    expect(await tenant.codeOf(CONNECT, { ...good, ...given })).toBe(code);
    expect(await tenant.ask("{ connections { source } }")).toEqual({ connections: [] });
  });

  it("refuses a source that is connected, and leaves it as it is", async () => {
    const sender = await Sender.open(server);
    const again = { source: "pos", system: "webhook", credentials: { secret: newSecret() } };
    expect(await sender.tenant.codeOf(CONNECT, again)).toBe("CONFLICT");
    expect(await sendWith(sender, sender.secret)).toBe(200);
  });

  it("is for admins alone, as is all that goes with it", async () => {
    const admin = await server.makeTenant();
    const operations = [
      "{ systems { name } }",
      "{ connections { source } }",
      "{ deadLetters { nodes { id } } }",
      'mutation { connectSource(source: "a", system: "webhook", credentials: {}) { source } }',
      'mutation { rotateCredentials(source: "a", credentials: {}) { source } }',
      'mutation { retireCredentials(source: "a") { source } }',
      'mutation { disconnectSource(source: "a") }',
      'mutation { replayDeadLetter(id: "a") { taken } }',
      'mutation { dismissDeadLetter(id: "a") }',
    ];
    for (const role of ["INTEGRATION", "AGENT", "PUBLIC"]) {
      const { secret } = await server.makeKey(role, admin);
      for (const query of operations) {
        expect((await server.graphql(query, {}, secret)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
      }
    }
  });
});

describe("rotating credentials", () => {
  it("takes both until the older one is retired, and never more than two", async () => {
    const sender = await Sender.open(server);
    const [second, third] = [newSecret(), newSecret()];
    const rotate = (secret: string) => sender.tenant.ask(ROTATE, { source: "pos", credentials: { secret } });
    await rotate(second);
    expect(await Promise.all([sender.secret, second].map((one) => sendWith(sender, one)))).toEqual([200, 200]);
    await rotate(third);
    const all = [sender.secret, second, third];
    expect(await Promise.all(all.map((one) => sendWith(sender, one)))).toEqual([401, 200, 200]);
    await sender.tenant.ask(RETIRE, { source: "pos" });
    expect(await Promise.all(all.map((one) => sendWith(sender, one)))).toEqual([401, 401, 200]);
  });

  it("takes the older one until the time that was set", async () => {
    const sender = await Sender.open(server);
    const retireAt = new Date(Date.now() + 3_600_000).toISOString();
    await sender.tenant.ask(ROTATE, { source: "pos", credentials: { secret: newSecret() }, retireAt });
    expect((await sender.seen()).credentials.map(({ until }) => until)).toEqual([null, retireAt]);
    expect(await sendWith(sender, sender.secret)).toBe(200);
    await server.testDatabase.ownerQuery("update connection_credentials set until = now() where until = $1", [
      retireAt,
    ]);
    expect(await sendWith(sender, sender.secret)).toBe(401);
  });

  it("refuses a time that has passed, and a source that is not connected", async () => {
    const sender = await Sender.open(server);
    const given = { source: "pos", credentials: { secret: newSecret() } };
    expect(await sender.tenant.codeOf(ROTATE, { ...given, retireAt: "2020-01-01T00:00:00Z" })).toBe("BAD_USER_INPUT");
    expect(await sender.tenant.codeOf(ROTATE, { ...given, source: "nothing" })).toBe("NOT_FOUND");
    expect(await sender.tenant.codeOf(RETIRE, { source: "nothing" })).toBe("NOT_FOUND");
  });
});

describe("disconnecting a source", () => {
  it("ends its credentials, and leaves what came in", async () => {
    const sender = await Sender.open(server);
    await sender.send({ events: [sale("kept")] });
    expect(await sender.tenant.ask(DISCONNECT, { source: "pos" })).toEqual({ disconnectSource: true });
    expect(await sendWith(sender, sender.secret)).toBe(401);
    expect(await sender.tenant.codeOf(DISCONNECT, { source: "pos" })).toBe("NOT_FOUND");
    const query = `{ profile(identifier: { kind: LOYALTY_ID, value: "c-1" }) { channels { interactions } } }`;
    expect(await sender.tenant.ask(query)).toEqual({ profile: { channels: [{ interactions: 1 }] } });
  });
});

describe("the keys for secrets", () => {
  /** What another server on the same database answers. */
  async function withKeys<T>(keys: readonly Buffer[], ask: (url: string) => Promise<T>): Promise<T> {
    const config = { ...readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "2" }), secretsKeys: keys };
    const log = pino({ level: "silent" });
    const app = await openApp({ config, databaseUrl: server.testDatabase.url, adminKey: null, log });
    try {
      return await ask(app.url);
    } finally {
      await app.close();
    }
  }

  const deliver = (sender: Sender) => async (url: string) => {
    const body = JSON.stringify({ events: [sale(`event ${Math.random()}`)] });
    const response = await fetch(url + sender.path, { method: "POST", headers: signed(sender.secret, body), body });
    await response.text();
    return response.status;
  };

  it("can be replaced: what the old one sealed is sealed anew when it is used", async () => {
    const sender = await Sender.open(server);
    const next = Buffer.alloc(32, 9);
    expect(await withKeys([next, SECRETS_KEY], deliver(sender))).toBe(200);
    expect(await withKeys([next], deliver(sender))).toBe(200);
  });

  it("that do not fit make deliveries wait: nothing is refused for good", async () => {
    const sender = await Sender.open(server);
    expect(await withKeys([Buffer.alloc(32, 1)], deliver(sender))).toBe(503);
  });

  it("are asked for where there are none", async () => {
    const sender = await Sender.open(server);
    await withKeys([], async (url) => {
      expect(await deliver(sender)(url)).toBe(503);
      const variables = { source: "web", system: "webhook", credentials: { secret: newSecret() } };
      const response = await fetch(`${url}/graphql`, {
        method: "POST",
        headers: { authorization: `Bearer ${sender.tenant.key}`, "content-type": "application/json" },
        body: JSON.stringify({ query: CONNECT, variables }),
      });
      const { errors } = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
      expect(errors[0]).toMatchObject({ extensions: { code: "CONFLICT" } });
      expect(errors[0]!.message).toContain("ONEFOLD_SECRETS_KEY");
    });
  });

  it("open a credential at its own place alone", async () => {
    const [mine, theirs] = [await Sender.open(server), await Sender.open(server)];
    await server.testDatabase.ownerQuery(
      `update connection_credentials a set sealed = b.sealed, key_id = b.key_id from connection_credentials b
       where a.tenant_id = $1 and b.tenant_id = $2`,
      [theirs.path.split("/")[2], mine.path.split("/")[2]],
    );
    expect(await sendWith(theirs, mine.secret)).toBe(503);
  });
});
