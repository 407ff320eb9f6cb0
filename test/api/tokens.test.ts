import { JWTPayload } from "jose";
import { rawToken, TestIssuer } from "../support/issuer";
import { startTestServer, TestServer } from "../support/server";

let issuer: TestIssuer;
let server: TestServer;

beforeAll(async () => {
  issuer = await TestIssuer.open();
  server = await startTestServer({ tokens: issuer.config });
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

interface Tenant {
  id: string;
  name: string;
}

async function tenantNamed(name: string): Promise<string> {
  await server.makeTenant(name);
  const { tenants } = await server.data<{ tenants: { nodes: Tenant[] } }>("{ tenants { nodes { id name } } }");
  return tenants.nodes.find((tenant) => tenant.name === name)!.id;
}

async function customer(key: string, token: string) {
  const event = { messageId: `token ${key}`, source: "web", channel: "WEB", occurredAt: "2026-01-01T09:00:00Z" };
  const query = "mutation ($events: [EventInput!]!) { ingest(events: $events) { profileId } }";
  const events = [{ ...event, subject: { key } }];
  const { ingest } = await server.data<{ ingest: { profileId: string }[] }>(query, { events }, token);
  return ingest[0]!.profileId;
}

const statusOf = async (token: string): Promise<number> => (await server.graphql("{ __typename }", {}, token)).status;
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

describe("a token", () => {
  it("opens the tenant it names in the role it names, and no other", async () => {
    const tenant = await tenantNamed("Token tenant");
    const integration = await issuer.token({ tenant, role: "INTEGRATION" });
    const profileId = await customer("ann", integration);
    const find = "query ($id: ID!) { profile(id: $id) { id } }";
    const agent = await issuer.token({ tenant });
    expect(await server.data(find, { id: profileId }, agent)).toEqual({ profile: { id: profileId } });
    expect(await server.data(find, { id: profileId }, await issuer.token())).toEqual({ profile: null });
    const { errors } = await server.graphql("{ apiKeys { nodes { id } } }", {}, agent);
    expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });

  it("is who acts: notes and rulings name its subject", async () => {
    const integration = await issuer.token({ role: "INTEGRATION" });
    const [a, b] = [await customer("rule a", integration), await customer("rule b", integration)];
    const agent = await issuer.token({ sub: "auth0|5f7c" });
    const note = 'mutation ($id: ID!) { addNote(profileId: $id, text: "called") { actor } }';
    expect(await server.data(note, { id: a }, agent)).toEqual({ addNote: { actor: "auth0|5f7c" } });
    const merge =
      'mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "one") { profiles { history { nodes { actor } } } } }';
    const merged = await server.data<{ mergeProfiles: { profiles: { history: { nodes: { actor: string }[] } }[] } }>(
      merge,
      { ids: [a, b] },
      agent,
    );
    expect(merged.mergeProfiles.profiles[0]!.history.nodes[0]!.actor).toBe("auth0|5f7c");
  });

  it.each<[string, () => Promise<string>]>([
    ["expired", () => issuer.token({ exp: inSeconds(-60) })],
    ["not begun", () => issuer.token({ nbf: inSeconds(60) })],
    ["of another issuer", () => issuer.token({ iss: "https://elsewhere.example.com/" })],
    ["for another audience", () => issuer.token({ aud: "another" })],
    ["for a tenant that there is not", () => issuer.token({ tenant: "01890000-0000-7000-8000-000000000000" })],
    ["in a role that there is not", () => issuer.token({ role: "KING" })],
    ["in an operator's role", () => issuer.token({ role: "OPERATOR" })],
    ["unsigned", async () => rawToken({ alg: "none" }, payloadOf(await issuer.token()))],
    ["decoded already", async () => JSON.stringify(payloadOf(await issuer.token()))],
    ["that is another's payload under a good signature", async () => swapped(await issuer.token())],
  ])("%s opens nothing, over HTTP and over a socket", async (_what, make) => {
    const token = await make();
    const { status, errors, data } = await server.graphql("{ __typename }", {}, token);
    expect({ status, code: errors?.[0]?.extensions.code, data }).toEqual({ status: 401, code: "UNAUTHENTICATED" });
    expect(await server.subscribe("subscription { changes { cursor } }", {}, token).ended).toEqual({ code: 4401 });
  });

  it("ends its socket at the moment it expires", async () => {
    const exp = inSeconds(2);
    const stream = server.subscribe("subscription { changes { cursor } }", {}, await issuer.token({ exp }));
    await stream.connected;
    expect(await stream.ended).toEqual({ code: 4401 });
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000 - 5);
  });

  it("opens nothing, and what it opened ends, when its tenant is suspended", async () => {
    const tenant = await tenantNamed("Suspended tenant");
    const token = await issuer.token({ tenant });
    const stream = server.subscribe("subscription { changes { cursor } }", {}, token);
    await stream.connected;
    await server.data("mutation ($id: ID!) { suspendTenant(id: $id) { id } }", { id: tenant });
    expect(await stream.ended).toEqual({ code: 4401 });
    expect(await statusOf(token)).toBe(401);
    await server.data("mutation ($id: ID!) { resumeTenant(id: $id) { id } }", { id: tenant });
    expect(await statusOf(token)).toBe(200);
  });
});

describe("an operator's token", () => {
  it("opens the default tenant alone, where the configuration lets operators come by token", async () => {
    const trusting = await startTestServer({ tokens: { ...issuer.config, operators: true } });
    try {
      const name = 'mutation { createTenant(name: "By token") { tenant } }';
      const made = await trusting.graphql(name, {}, await issuer.token({ role: "OPERATOR" }));
      expect(made.data).toEqual({ createTenant: { tenant: "By token" } });
      const { tenants } = await trusting.data<{ tenants: { nodes: Tenant[] } }>("{ tenants { nodes { id name } } }");
      const elsewhere = await issuer.token({ role: "OPERATOR", tenant: tenants.nodes[1]!.id });
      expect((await trusting.graphql("{ __typename }", {}, elsewhere)).status).toBe(401);
    } finally {
      await trusting.close();
    }
  });
});

describe("a server without an issuer", () => {
  it("takes no token, and keys that only look a little like one", async () => {
    const plain = await startTestServer();
    try {
      expect((await plain.graphql("{ __typename }", {}, await issuer.token())).status).toBe(401);
    } finally {
      await plain.close();
    }
  });
});

function payloadOf(token: string): JWTPayload {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
}

function swapped(token: string): string {
  const [header, , signature] = token.split(".");
  const payload = Buffer.from(JSON.stringify({ ...payloadOf(token), role: "ADMIN" })).toString("base64url");
  return `${header}.${payload}.${signature}`;
}
