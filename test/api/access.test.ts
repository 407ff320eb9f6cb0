import { pino } from "pino";
import { openApp } from "../../src/app";
import { readConfig } from "../../src/config";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const KEYS = "{ apiKeys(first: 100) { nodes { id name role createdAt expiresAt revokedAt lastUsedAt } } }";

interface Keys {
  apiKeys: { nodes: { id: string; name: string; role: string; revokedAt: string | null; lastUsedAt: string | null }[] };
}

describe("credentials", () => {
  it.each([
    ["no key", null],
    ["an unknown key", "nobody-knows-this-one"],
    ["a key of our form for a tenant that does not exist", `onefold_${Buffer.alloc(48, 7).toString("base64url")}`],
    ["an empty key", ""],
  ])("%s is refused before the document is looked at", async (_name, key) => {
    for (const query of ["{ __typename }", "{ this is no document", "{ __schema { types { name } } }"]) {
      const { status, errors, data, headers } = await server.graphql(query, {}, key);
      expect({ status, code: errors?.[0]?.extensions.code, data }).toEqual({ status: 401, code: "UNAUTHENTICATED" });
      expect(headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  it("are answered alike, whatever is wrong with them", async () => {
    const { id, secret } = await server.makeKey("AGENT");
    await server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id });
    const bodies = await Promise.all(
      [secret, "never-made", null].map((key) => server.graphql("{ __typename }", {}, key)),
    );
    expect(new Set(bodies.map((answer) => answer.body)).size).toBe(1);
  });

  it("are stored as hashes only", async () => {
    const { secret } = await server.makeKey("AGENT");
    const rows = await server.testDatabase.ownerQuery("select * from api_keys");
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(Buffer.from(secret).toString("hex"));
    expect(stored).not.toContain(server.adminKey);
  });
});

describe("a tenant", () => {
  it("is created by an operator, with its first ADMIN key", async () => {
    const query = 'mutation { createTenant(name: "Acme") { id role tenant secret } }';
    const { createTenant } = await server.data<{ createTenant: { role: string; tenant: string; secret: string } }>(
      query,
    );
    expect(createTenant).toMatchObject({ role: "ADMIN", tenant: "Acme" });
    const { apiKeys } = await server.data<Keys>(KEYS, {}, createTenant.secret);
    expect(apiKeys.nodes.map((key) => key.role)).toEqual(["ADMIN"]);
  });

  it("has a feed of its own from the beginning", async () => {
    await server.makeTenant();
    const [counts] = await server.testDatabase.ownerQuery<{ tenants: number; feeds: number }>(
      "select (select count(*)::int from tenants) as tenants, (select count(*)::int from feeds where position = 0) as feeds",
    );
    expect(counts!.feeds).toBe(counts!.tenants);
  });

  it("cannot be called `default` again", async () => {
    const { errors } = await server.graphql('mutation { createTenant(name: "default") { id } }');
    expect(errors?.[0]?.extensions.code).toBe("CONFLICT");
  });

  it("is listed for operators, page by page, with its last use", async () => {
    await server.makeTenant("Listed");
    const used = await server.makeTenant("Used");
    await server.data(KEYS, {}, used);
    const seen: { name: string }[] = [];
    let after: string | null = null;
    do {
      const query: string =
        "query ($after: String) { tenants(first: 1, after: $after) { nodes { name lastUsedAt } pageInfo { hasNextPage endCursor } } }";
      const { tenants }: { tenants: Page<{ name: string }> } = await server.data(query, { after });
      seen.push(...tenants.nodes);
      after = tenants.pageInfo.hasNextPage ? tenants.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen.map((tenant) => tenant.name)).toEqual(expect.arrayContaining(["default", "Listed", "Used"]));
    expect(new Set(seen.map((tenant) => tenant.name)).size).toBe(seen.length);
  });
});

interface Page<N> {
  nodes: N[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

describe("roles", () => {
  it("let nobody but an operator touch tenants", async () => {
    const admin = await server.makeTenant();
    for (const role of ["ADMIN", "INTEGRATION", "AGENT", "PUBLIC"]) {
      const { secret } = await server.makeKey(role, admin);
      for (const query of ['mutation { createTenant(name: "x") { id } }', "{ tenants { nodes { id } } }"]) {
        const { errors } = await server.graphql(query, {}, secret);
        expect([role, errors?.[0]?.extensions.code]).toEqual([role, "FORBIDDEN"]);
      }
    }
  });

  it("let an ADMIN make every key but an operator's", async () => {
    const admin = await server.makeTenant();
    const query = 'mutation { createApiKey(name: "x", role: OPERATOR) { id } }';
    expect((await server.graphql(query, {}, admin)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await server.graphql(query)).errors).toBeUndefined();
  });

  it("keep an ADMIN of the default tenant from revoking an operator", async () => {
    const operator = await server.makeKey("OPERATOR");
    const { secret } = await server.makeKey("ADMIN");
    const { errors } = await server.graphql(
      "mutation ($id: ID!) { revokeApiKey(id: $id) }",
      { id: operator.id },
      secret,
    );
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    expect((await server.graphql("{ __typename }", {}, operator.secret)).status).toBe(200);
  });

  it.each(["INTEGRATION", "AGENT", "PUBLIC"])("keep keys from %s", async (role) => {
    const { secret } = await server.makeKey(role);
    for (const query of [
      KEYS,
      'mutation { createApiKey(name: "x", role: AGENT) { id } }',
      'mutation { revokeApiKey(id: "x") }',
    ]) {
      expect((await server.graphql(query, {}, secret)).errors?.[0]?.extensions.code).toBe("FORBIDDEN");
    }
  });
});

describe("revoking a key", () => {
  it("closes it from the moment the answer is there, also where it is in constant use", async () => {
    const { id, secret } = await server.makeKey("AGENT");
    let revoked = false;
    const user = (async () => {
      while (!revoked) await server.graphql("{ __typename }", {}, secret);
    })();
    expect(await server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id })).toEqual({ revokeApiKey: true });
    const { status } = await server.graphql("{ __typename }", {}, secret);
    revoked = true;
    await user;
    expect(status).toBe(401);
  });

  it("does the same on another server of the same database", async () => {
    const { id, secret } = await server.makeKey("AGENT");
    const other = await openOther(server);
    try {
      expect(await other.status(secret)).toBe(200);
      await server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id });
      expect(await other.status(secret)).toBe(401);
    } finally {
      await other.close();
    }
  });

  it("cannot be done to another tenant's key, which is answered like one that does not exist", async () => {
    const admin = await server.makeTenant();
    const { id, secret } = await server.makeKey("AGENT", admin);
    const unknown = "01890000-0000-7000-8000-000000000000";
    const answers = await Promise.all(
      [id, unknown, "no id at all"].map((one) =>
        server.graphql("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id: one }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    expect(answers[0]!.errors?.[0]?.extensions.code).toBe("NOT_FOUND");
    expect((await server.graphql("{ __typename }", {}, secret)).status).toBe(200);
  });

  it("shows in the list and may be repeated", async () => {
    const { id } = await server.makeKey("PUBLIC");
    for (const _ of [1, 2]) await server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id });
    const { apiKeys } = await server.data<Keys>(KEYS);
    expect(apiKeys.nodes.find((key) => key.id === id)?.revokedAt).toMatch(/Z$/);
  });
});

describe("a key", () => {
  it("stops opening anything when it expires", async () => {
    const expiresAt = new Date(Date.now() + 1_000).toISOString();
    const query = 'mutation ($at: DateTime) { createApiKey(name: "short", role: AGENT, expiresAt: $at) { secret } }';
    const { createApiKey } = await server.data<{ createApiKey: { secret: string } }>(query, { at: expiresAt });
    expect((await server.graphql("{ __typename }", {}, createApiKey.secret)).status).toBe(200);
    let status = 200;
    while (status === 200) status = (await server.graphql("{ __typename }", {}, createApiKey.secret)).status;
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expect(status).toBe(401);
  });

  it("cannot be made to expire in the past", async () => {
    const query = 'mutation { createApiKey(name: "x", role: AGENT, expiresAt: "2001-01-01T00:00:00Z") { id } }';
    expect((await server.graphql(query)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it.each([
    ["empty", " "],
    ["too long", "x".repeat(201)],
    ["with U+0000", "a\0b"],
    ["with half a surrogate pair", "a\ud800b"],
  ])("is not made with a name that is %s", async (_what, name) => {
    const query = "mutation ($name: String!) { createApiKey(name: $name, role: AGENT) { id } }";
    expect((await server.graphql(query, { name })).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  it("notes its last use", async () => {
    const admin = await server.makeTenant();
    await server.data(KEYS, {}, admin);
    let noted: string | null = null;
    while (noted === null) noted = (await server.data<Keys>(KEYS, {}, admin)).apiKeys.nodes[0]!.lastUsedAt;
    expect(Math.abs(Date.now() - Date.parse(noted))).toBeLessThan(60_000);
  });

  it("is listed newest first, page by page, to its own tenant alone", async () => {
    const admin = await server.makeTenant();
    for (const role of ["AGENT", "PUBLIC"]) await server.makeKey(role, admin);
    const query =
      "query ($after: String) { apiKeys(first: 2, after: $after) { edges { cursor node { role } } pageInfo { hasNextPage } } }";
    const first = await server.data<{ apiKeys: { edges: { cursor: string }[] } }>(query, {}, admin);
    const second = await server.data(query, { after: first.apiKeys.edges[1]!.cursor }, admin);
    expect([first, second]).toMatchObject([
      {
        apiKeys: {
          edges: [{ node: { role: "PUBLIC" } }, { node: { role: "AGENT" } }],
          pageInfo: { hasNextPage: true },
        },
      },
      { apiKeys: { edges: [{ node: { role: "ADMIN" } }], pageInfo: { hasNextPage: false } } },
    ]);
  });

  it.each(["", "x", "WyJ4Il0", "WyJ4Il0="])("is not listed after the cursor %j", async (after) => {
    const query = "query ($after: String) { apiKeys(after: $after) { nodes { id } } }";
    expect((await server.graphql(query, { after })).errors?.[0]?.extensions.code).toBe("BAD_CURSOR");
  });
});

async function openOther(first: TestServer) {
  const config = readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "2" });
  const app = await openApp({
    config,
    databaseUrl: first.testDatabase.url,
    adminKey: null,
    log: pino({ level: "silent" }),
  });
  return {
    async status(key: string): Promise<number> {
      const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
      const body = JSON.stringify({ query: "{ __typename }" });
      return (await fetch(`http://127.0.0.1:${app.port}/graphql`, { method: "POST", headers, body })).status;
    },
    close: () => app.close(),
  };
}
