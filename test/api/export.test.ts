import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { onefold } from "../support/command-line";
import { CuttingProxy } from "../support/cutting-proxy";
import { startTestServer, TestServer } from "../support/server";

/** Every run is a process of its own, which compiles at its first start. */
jest.setTimeout(120_000);

const INTERACTIONS = 3_000;

let server: TestServer;
let key: string;
let folder: string;
let proxy: CuttingProxy;

beforeAll(async () => {
  server = await startTestServer();
  key = await server.makeTenant();
  const ingest = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status } }";
  for (let from = 0; from < INTERACTIONS; from += 1_000) {
    const events = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ messageId: `m${from + n}`, source: "web", channel: "WEB", occurredAt: "2026-01-01T00:00:00Z" },
      // Random, so that it fills the buffers of sockets although it is compressed.
      ...{ text: randomBytes(400).toString("base64"), subject: { key: `p${(from + n) % 50}` } },
    }));
    await server.data(ingest, { events }, key);
  }
});
afterAll(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-export-"));
  proxy = await CuttingProxy.open(server.url);
});
afterEach(async () => {
  await proxy.close();
  await rm(folder, { recursive: true });
});

const run = (target: string, ...flags: string[]) =>
  onefold(["export", target, "--url", proxy.url, "--key", key, ...flags], { ONEFOLD_DATA_DIR: folder });

interface State {
  readonly cursor: string;
  readonly place: string | null;
  readonly pieces: number;
  readonly lines: Record<string, number>;
}

const stateOf = async (): Promise<State> => JSON.parse(await readFile(join(folder, "export.json"), "utf8")) as State;

async function idsIn(section: string): Promise<string[]> {
  const text = await readFile(join(folder, `${section}.ndjson`), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { id: string }).id);
}

async function interactionIds(): Promise<string[]> {
  const rows = await server.testDatabase.ownerQuery<{ id: string }>(
    "select interaction_id as id from interactions order by 1",
  );
  return rows.map(({ id }) => id);
}

describe("onefold export", () => {
  it("writes a file for each section, and the cursor to go on from", async () => {
    const { code, stderr } = await run(folder).finished;
    expect(stderr).toContain("3,000 interactions");
    expect(code).toBe(0);
    expect(await idsIn("interactions")).toEqual(await interactionIds());
    expect([(await idsIn("profiles")).length, (await idsIn("records")).length]).toEqual([50, 50]);
    const { cursor, place, pieces, lines } = await stateOf();
    expect({ place, pieces, lines }).toEqual({
      place: null,
      pieces: 1,
      lines: { profiles: 50, records: 50, identifiers: 0, interactions: INTERACTIONS },
    });
    const after = "query ($after: Cursor) { changes(after: $after) { changes { profileId } } }";
    expect(await server.data(after, { after: cursor }, key)).toEqual({ changes: { changes: [] } });
    expect(await run(folder).finished).toMatchObject({ code: 0, stderr: expect.stringContaining("is finished") });
  });

  it("goes on by itself where the connection is cut, and has each line once", async () => {
    for (const afterBytes of [300, 700_000, 500_000]) proxy.plans.push({ afterBytes, does: "cut" });
    const { code, stderr } = await run(folder, "--only", "interactions").finished;
    expect(code).toBe(0);
    expect(stderr.match(/trying again/g)!.length).toBeGreaterThanOrEqual(3);
    expect(await idsIn("interactions")).toEqual(await interactionIds());
    expect((await stateOf()).pieces).toBeGreaterThan(1);
  });

  it("goes on in another run after it was killed", async () => {
    proxy.plans.push({ afterBytes: 900_000, does: "hold" });
    const first = run(folder);
    await proxy.holding();
    let state: State | null = null;
    while (state === null) state = await stateOf().catch(() => null);
    first.process.kill("SIGKILL");
    await first.finished;
    const { code } = await run(folder).finished;
    expect(code).toBe(0);
    expect(await idsIn("interactions")).toEqual(await interactionIds());
    expect(await stateOf()).toMatchObject({ place: null, pieces: 2, cursor: state.cursor });
  });

  it("writes all sections to standard output, however often it is cut", async () => {
    proxy.plans.push({ afterBytes: 700_000, does: "cut" });
    const { code, stdout } = await run("-").finished;
    expect(code).toBe(0);
    const lines = stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { type: string; id: string; counts: object });
    expect(lines.filter(({ type }) => type === "interaction").map(({ id }) => id)).toEqual(await interactionIds());
    expect(lines.at(-1)).toMatchObject({ type: "end", counts: { interactions: INTERACTIONS }, pieces: 2 });
  });

  it("says what is wrong, and writes nothing over another export", async () => {
    await run(folder, "--only", "profiles").finished;
    const other = await run(folder, "--only", "records").finished;
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("holds another export") });
    const refused = await onefold(["export", folder, "--url", server.url, "--key", "wrong", "--restart"]).finished;
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("UNAUTHENTICATED") });
  });
});

describe("GET /export", () => {
  const ask = (secret: string | null, query = "", headers: Record<string, string> = {}) =>
    fetch(`${server.url}/export${query}`, {
      headers: { ...(secret === null ? {} : { authorization: `Bearer ${secret}` }), ...headers },
    });

  it.each([
    ["ADMIN", 200],
    ["INTEGRATION", 200],
    ["AGENT", 403],
    ["PUBLIC", 403],
  ])("answers %s with %i", async (role, status) => {
    const { secret } = await server.makeKey(role, key);
    const response = await ask(secret, "?sections=profiles");
    await response.text();
    expect(response.status).toBe(status);
  });

  it("needs a key, and shows a tenant its own alone", async () => {
    expect((await ask(null)).status).toBe(401);
    const lines = (await (await ask(await server.makeTenant())).text()).split("\n").slice(0, -1);
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type).filter((type) => type !== "place")).toEqual(
      ["start", "end"],
    );
  });

  it.each([
    ["?sections=secrets", 400, "BAD_REQUEST"],
    ["?after=x", 400, "BAD_REQUEST"],
    ["?after=x&cursor=y", 400, "BAD_CURSOR"],
  ])("refuses %s", async (query, status, code) => {
    const response = await ask(key, query);
    const { errors } = (await response.json()) as { errors: [{ extensions: { code: string } }] };
    expect([response.status, errors[0].extensions.code]).toEqual([status, code]);
  });

  it("is compressed for those who accept it", async () => {
    const { request } = await import("node:http");
    const body = await new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, "accept-encoding": "gzip" };
      request(`${server.url}/export?sections=profiles`, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ encoding: response.headers["content-encoding"], bytes: Buffer.concat(chunks) }),
        );
      })
        .on("error", reject)
        .end();
    });
    expect(body.encoding).toBe("gzip");
    const lines = gunzipSync(body.bytes).toString().trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith('{"type":"profile"'))).toHaveLength(50);
    expect(lines.at(-1)).toContain('{"type":"end"');
  });

  it("is cut off when its key is revoked", async () => {
    const { id, secret } = await server.makeKey("INTEGRATION", key);
    const { ownerQuery } = server.testDatabase;
    await ownerQuery("begin");
    await ownerQuery("lock table interactions in access exclusive mode");
    try {
      const response = await ask(secret);
      const rest = response.text();
      await server.data("mutation ($id: ID!) { revokeApiKey(id: $id) }", { id }, key);
      await expect(rest).rejects.toThrow();
    } finally {
      await ownerQuery("rollback");
    }
  });

  it("lets go of its snapshot when the reader goes away", async () => {
    const away = new AbortController();
    const response = await fetch(`${server.url}/export`, {
      headers: { authorization: `Bearer ${key}` },
      signal: away.signal,
    });
    await response.body!.getReader().read();
    away.abort();
    // Two at a time are made: were the first not let go of, one of these would be refused in the end.
    for (let n = 0; n < 4; n += 1) {
      const answers = await Promise.all([ask(key, "?sections=profiles"), ask(key, "?sections=profiles")]);
      await Promise.all(answers.map((answer) => answer.text()));
    }
    const last = await Promise.all([ask(key, "?sections=profiles"), ask(key, "?sections=profiles")]);
    expect(last.map(({ status }) => status)).toEqual([200, 200]);
    await Promise.all(last.map((answer) => answer.text()));
  });
});
