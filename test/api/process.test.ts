import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { watch } from "node:fs/promises";
import { ClientRequest, IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { Client } from "pg";
import { WebSocket } from "ws";
import { findPostmaster, isAlive } from "../../src/db/embedded-postgres-postmaster";
import { migrate } from "../../src/db/migrate";
import { databaseUrl } from "../support/database-url";
import { ask, OnefoldProcess } from "../support/onefold-process";
import { makeScratch } from "../support/scratch";

/** Starting a process and a server takes seconds on a busy machine. */
jest.setTimeout(120_000);

const started: OnefoldProcess[] = [];
let scratch: string;
/** Where a server has run and was stopped; copied by the tests that do not need to see the first start. */
let made: string;
let dataDir: string;

function run(command: string, environment: Record<string, string>): OnefoldProcess {
  const onefold = OnefoldProcess.run(command, environment);
  started.push(onefold);
  return onefold;
}

function serve(environment: Record<string, string> = {}): OnefoldProcess {
  return run("serve", { ONEFOLD_DATA_DIR: dataDir, ...environment });
}

function postmaster(): number {
  return findPostmaster(join(dataDir, "postgres"))!.pid;
}

/** A request that has arrived in part: the server cannot have answered it, and must not forget it. */
async function halfSent(url: string, key: string): Promise<{ finish(): Promise<unknown> }> {
  const body = JSON.stringify({ query: "{ __typename }" });
  const asked: ClientRequest = request(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": body.length,
      expect: "100-continue",
    },
  });
  asked.flushHeaders();
  // With this the server says that it has read the head and waits for the body.
  await once(asked, "continue");
  asked.write(body.slice(0, 5));
  return {
    async finish() {
      const answered = once(asked, "response");
      asked.end(body.slice(5));
      const [response] = (await answered) as [IncomingMessage];
      return json(response);
    },
  };
}

async function openSocket(port: number, key: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, "graphql-transport-ws");
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${key}` } }));
  const [message] = (await once(socket, "message")) as [Buffer];
  expect(JSON.parse(String(message))).toMatchObject({ type: "connection_ack" });
  return socket;
}

async function stop(onefold: OnefoldProcess): Promise<void> {
  onefold.signal("SIGTERM");
  expect(await onefold.exit()).toBe(0);
}

function copyOfMade(): string {
  const folder = join(scratch, randomBytes(4).toString("hex"));
  expect(spawnSync("cp", ["-a", made, folder]).status).toBe(0);
  return folder;
}

function forget(folder: string): void {
  const left = findPostmaster(join(folder, "postgres"));
  if (left) process.kill(left.pid, "SIGQUIT");
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

/** Resolves when the making of a data directory is under way in the folder. */
async function making(folder: string): Promise<void> {
  for await (const { filename } of watch(folder, { signal: AbortSignal.timeout(60_000) })) {
    if (filename?.startsWith("making-")) return;
  }
}

beforeAll(async () => {
  scratch = makeScratch(`onefold-process-${process.pid}-`);
  made = join(scratch, "made");
  const first = run("serve", { ONEFOLD_DATA_DIR: made });
  await first.ready();
  await stop(first);
});

beforeEach(() => {
  dataDir = copyOfMade();
});

afterEach(async () => {
  for (const onefold of started.splice(0)) await onefold.kill();
  forget(dataDir);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("npm start on a machine with nothing, when it serves", () => {
  let ownDir: string;
  let onefold: OnefoldProcess;

  beforeAll(async () => {
    ownDir = copyOfMade();
    onefold = OnefoldProcess.run("serve", { ONEFOLD_DATA_DIR: ownDir });
    await onefold.ready();
  });

  afterAll(async () => {
    await onefold.kill();
    forget(ownDir);
  });

  it("says where to go, which key to use and where the data is, and serves", async () => {
    const { url, port, key } = await onefold.ready();
    expect(onefold.output).toContain(`http://localhost:${port}/graphiql`);
    expect(onefold.output).toContain(ownDir);
    expect(readFileSync(join(ownDir, "operator-key"), "utf8").trim()).toBe(key);
    expect(await ask(url, key, "{ __typename }")).toEqual({ __typename: "Query" });
    await expect(ask(url, `${key}x`, "{ __typename }")).rejects.toThrow(/UNAUTHENTICATED/);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  });

  it("refuses a second process on the same data", async () => {
    const { url, key } = await onefold.ready();
    const second = serve({ ONEFOLD_DATA_DIR: ownDir });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain(`Another Onefold process (${onefold.pid}) is using the data`);
    expect(await ask(url, key, "{ __typename }")).toEqual({ __typename: "Query" });
  });

  it("says to another which port is taken", async () => {
    const { port } = await onefold.ready();
    const second = serve({ PORT: String(port) });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain(`Port ${port} is taken`);
    expect(findPostmaster(join(dataDir, "postgres"))).toBeNull();
  });
});

describe("npm start on a machine with nothing", () => {
  it("takes the operator's key from ONEFOLD_ADMIN_KEY, and does not print it", async () => {
    const onefold = serve({ ONEFOLD_ADMIN_KEY: "a key of my own choosing".replaceAll(" ", "-") });
    const { url } = await onefold.ready();
    expect(await ask(url, "a-key-of-my-own-choosing", "{ __typename }")).toEqual({ __typename: "Query" });
    expect(onefold.output).not.toContain("a-key-of-my-own-choosing");
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "answers what is open on %s, closes sockets with a code, and leaves no process",
    async (signal) => {
      const onefold = serve();
      const { url, port, key } = await onefold.ready();
      const server = postmaster();
      const open = await halfSent(url, key);
      const socket = await openSocket(port, key);
      const closed = once(socket, "close");

      onefold.signal(signal);
      await onefold.says(/stopping/);
      // npm hands on a signal that the terminal has sent already.
      onefold.signal(signal);
      const [code] = await closed;
      expect(code).toBe(1001);
      await expect(fetch(url)).rejects.toThrow();
      expect(await open.finish()).toEqual({ data: { __typename: "Query" } });
      expect(await onefold.exit()).toBe(0);
      expect(isAlive(server)).toBe(false);
      expect(findPostmaster(join(dataDir, "postgres"))).toBeNull();
    },
  );

  it("leaves no process when it is stopped in the middle of its first start", async () => {
    const fresh = join(dataDir, "fresh");
    mkdirSync(fresh, { mode: 0o711 });
    const begun = making(fresh);
    const onefold = run("serve", { ONEFOLD_DATA_DIR: fresh });
    await begun;
    await stop(onefold);
    expect(findPostmaster(join(fresh, "postgres"))).toBeNull();
  });

  it("has lost nothing that was acknowledged when it is started after kill -9", async () => {
    const first = serve();
    const before = await first.ready();
    const make = 'mutation { createApiKey(name: "kept", role: AGENT) { secret } }';
    const { createApiKey } = await ask<{ createApiKey: { secret: string } }>(before.url, before.key, make);
    await first.kill();
    const server = postmaster();

    const second = serve();
    const after = await second.ready();
    expect(postmaster()).toBe(server);
    expect(after.key).toBe(before.key);
    expect(await ask(after.url, createApiKey.secret, "{ __typename }")).toEqual({ __typename: "Query" });
    await stop(second);
    expect(isAlive(server)).toBe(false);
  });
});

describe("with DATABASE_URL", () => {
  const name = `onefold_process_${process.pid}_${randomBytes(4).toString("hex")}`;
  const url = databaseUrl(process.env.ONEFOLD_TEST_SERVER!, name);
  const environment = { DATABASE_URL: url, ONEFOLD_ADMIN_KEY: "operator-of-this-test" };

  async function onServer(statement: string, database = process.env.ONEFOLD_TEST_SERVER!): Promise<void> {
    const client = new Client({ connectionString: database });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  beforeEach(() => onServer(`create database ${name}`));
  afterEach(() => onServer(`drop database ${name} with (force)`));

  it("refuses a schema that is behind, and serves once `migrate` has run, by two at once and again", async () => {
    const early = run("serve", environment);
    expect(await early.exit()).toBe(1);
    expect(early.output).toMatch(/schema of the database is behind.*npm run migrate/s);

    const both = [run("migrate", environment), run("migrate", environment)];
    expect(await Promise.all(both.map((one) => one.exit()))).toEqual([0, 0]);
    expect(both.filter((one) => one.output.includes("up to date"))).toHaveLength(1);
    const again = run("migrate", environment);
    expect(await again.exit()).toBe(0);
    expect(again.output).toBe("The schema is up to date.\n");

    const onefold = run("serve", environment);
    const { url: api } = await onefold.ready();
    expect(await ask(api, environment.ONEFOLD_ADMIN_KEY, "{ __typename }")).toEqual({ __typename: "Query" });
    expect(onefold.output).not.toContain(new URL(url).password);
    await stop(onefold);
  });

  it("refuses a schema that a newer version made", async () => {
    await migrate(url);
    await onServer("insert into migrations (timestamp, name) values (9999999999999, 'Tomorrow9999999999999')", url);
    const late = run("serve", environment);
    expect(await late.exit()).toBe(1);
    expect(late.output).toContain("prepared by a newer Onefold (Tomorrow9999999999999)");
  });

  it("says in words that the server does not answer", async () => {
    const onefold = run("serve", { DATABASE_URL: "postgres://u:hidden@127.0.0.1:1/none" });
    expect(await onefold.exit()).toBe(1);
    expect(onefold.output).toContain("does not answer (ECONNREFUSED)");
    expect(onefold.output).not.toContain("hidden");
  });
});

describe("a configuration that cannot be", () => {
  it("is refused with every variable that is wrong, and without their values", async () => {
    const onefold = serve({ PORT: "http", ONEFOLD_RATE_LIMIT: "maybe", DATABASE_URL: "mysql://secret@host/db" });
    expect(await onefold.exit()).toBe(1);
    for (const variable of ["PORT", "ONEFOLD_RATE_LIMIT", "DATABASE_URL"]) expect(onefold.output).toContain(variable);
    expect(onefold.output).not.toContain("secret");
  });
});
