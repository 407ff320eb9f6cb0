import { gzipSync } from "node:zlib";
import { serverAudits } from "graphql-http";
import { startTestServer, TestServer } from "../support/server";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ corsOrigins: ["https://app.example.com"] });
});
afterAll(() => server.close());

function post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${server.adminKey}`;
  return fetch(`${server.url}/graphql`, {
    method: "POST",
    body,
    headers: { authorization, "content-type": "application/json", ...headers },
  });
}

describe("GraphQL over HTTP", () => {
  const audits = serverAudits({
    url: () => `${server.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) => {
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${server.adminKey}` };
      return fetch(url, { ...init, headers });
    },
  });

  it("has the 61 audits of the specification", () => expect(audits).toHaveLength(61));

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))("%s: %s", async (_id, _name, audit) => {
    const result = await audit.fn();
    expect(result.status === "ok" ? "ok" : `${result.status}: ${result.reason}`).toBe("ok");
  });
});

describe("a request", () => {
  it("that a page could forge is refused: without credentials, or in the form of a form", async () => {
    const get = await fetch(`${server.url}/graphql?query={__typename}`);
    const form = await post("query={__typename}", { "content-type": "application/x-www-form-urlencoded" });
    const text = await post('{"query":"{__typename}"}', { "content-type": "text/plain" });
    expect([get.status, form.status, text.status]).toEqual([401, 400, 400]);
  });

  it("that is a GET gets no page to look at and runs no mutation", async () => {
    const query = encodeURIComponent('mutation { createTenant(name: "by GET") { id } }');
    const headers = { authorization: `Bearer ${server.adminKey}` };
    const page = await fetch(`${server.url}/graphql`, { headers: { ...headers, accept: "text/html" } });
    const mutation = await fetch(`${server.url}/graphql?query=${query}`, { headers });
    expect([page.headers.get("content-type"), mutation.status]).toEqual(["application/json; charset=utf-8", 405]);
    const [made] = await server.testDatabase.ownerQuery("select count(*)::int as n from tenants where name = 'by GET'");
    expect(made).toEqual({ n: 0 });
  });

  it("with several operations in one body is refused", async () => {
    const response = await post('[{"query":"{__typename}"}]');
    expect(response.status).toBe(400);
  });

  it.each([
    ["no JSON", '{"query":'],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["compressed", gzipSync('{"query":"{__typename}"}')],
  ])("whose body is %s is refused", async (_what, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  });

  it.each([
    ["says so at once", (text: string) => text],
    ["says nothing of its length", (text: string) => new Blob([text]).stream()],
  ])("of more than 10 MB is refused with 413, when it %s", async (_what, form) => {
    const text = JSON.stringify({ query: "{__typename}", variables: { a: "x".repeat(10 * 1024 * 1024) } });
    const authorization = `Bearer ${server.adminKey}`;
    const headers = { authorization, "content-type": "application/json" };
    const init = { method: "POST", headers, body: form(text), duplex: "half" };
    const response = await fetch(`${server.url}/graphql`, init as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "LIMIT_EXCEEDED" } }] });
  });

  it("is answered with the id it came with, or with a new one", async () => {
    const given = await post('{"query":"{__typename}"}', { "x-request-id": "abc-1" });
    const unfit = await post('{"query":"{__typename}"}', { "x-request-id": "a b<c>" });
    expect(given.headers.get("x-request-id")).toBe("abc-1");
    expect(unfit.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ["https://app.example.com", "https://app.example.com"],
    ["https://evil.example.com", null],
  ])("of a page at %s may be read by %s", async (origin, allowed) => {
    const headers = { origin, "access-control-request-method": "POST" };
    const preflight = await fetch(`${server.url}/graphql`, { method: "OPTIONS", headers });
    const answer = await post('{"query":"{__typename}"}', { origin });
    expect(preflight.status).toBe(204);
    for (const { headers: got } of [preflight, answer]) {
      expect(got.get("access-control-allow-origin")).toBe(allowed);
      expect(got.get("vary")).toBe("Origin");
    }
  });
});

describe("beside GraphQL", () => {
  it("healthz, readyz and metrics are answered without a key", async () => {
    const [health, ready, metrics] = await Promise.all(
      ["healthz", "readyz", "metrics"].map((path) => fetch(`${server.url}/${path}`)),
    );
    expect([health!.status, ready!.status, metrics!.status]).toEqual([200, 200, 200]);
    const text = await metrics!.text();
    expect(text).toContain("onefold_http_request_seconds_bucket");
    expect(text).toContain("process_resident_memory_bytes");
    expect(text).not.toContain(server.adminKey);
  });

  it("readyz says no when the schema is behind", async () => {
    await server.testDatabase.ownerQuery("alter table migrations rename to migrations_gone");
    try {
      const response = await fetch(`${server.url}/readyz`);
      expect([response.status, (await fetch(`${server.url}/healthz`)).status]).toEqual([503, 200]);
    } finally {
      await server.testDatabase.ownerQuery("alter table migrations_gone rename to migrations");
    }
  });

  it("GraphiQL is a page of this server's own files, or says how to build it", async () => {
    const page = await fetch(`${server.url}/graphiql`);
    const html = await page.text();
    if (page.status === 503) return expect(html).toContain("npm run build:graphiql");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map((match) => match[1]!)
      .filter((file) => file !== "data:,");
    const workers = ["editor", "json", "graphql"].map((name) => `/graphiql/${name}.worker.js`);
    for (const file of [...files, ...workers]) {
      const response = await fetch(new URL(file, `${server.url}/graphiql`));
      expect([file, response.status, response.url.startsWith(server.url)]).toEqual([file, 200, true]);
      if (file.endsWith(".css")) expect(await response.text()).not.toMatch(/@import|url\(["']?https?:/);
    }
  });

  it("there is nothing else", async () => {
    const paths = ["/nothing", "/graphiql/../../package.json", "/graphiql/%2e%2e/package.json", "/graphql/x"];
    for (const path of paths) expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404]);
  });
});
