import { ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { pino } from "pino";
import { EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded-postgres";
import { findPackage, prepareBinaries } from "../../src/db/embedded-postgres-binaries";
import { canEnter, chooseOwner, runsAsRoot } from "../../src/db/embedded-postgres-owner";
import { findPlace, keepSecret } from "../../src/db/embedded-postgres-place";
import { isAlive } from "../../src/db/embedded-postgres-postmaster";
import { waitUntilGone } from "../../src/db/embedded-postgres-start";

const log = pino({ level: "silent" });
const asRoot = runsAsRoot() ? describe : describe.skip;

let scratch: string;
let made: string;
const running: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

async function start(dataDir: string, throwAway = true, onLost?: (error: Error) => void): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, throwAway, onLost });
  running.push(server);
  return server;
}

/** Starts the server from a process of its own, which can be killed. */
async function startElsewhere(dataDir: string): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const hook = join(__dirname, "../../bin/typescript.js");
  const script = join(__dirname, "../support/embedded-postgres-child.ts");
  const child = spawn(process.execPath, ["-r", hook, script, dataDir], { stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout!).once("line", resolve);
    child.once("exit", () => reject(new Error("the process ended before its server stood")));
  });
  return { child, ...(JSON.parse(line) as { url: string; pid: number }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** A folder with a cluster in it, copied from one that was made once. */
function madeFolder(name: string): string {
  const folder = join(scratch, name);
  copyFolder(made, folder);
  return folder;
}

/** With the owners of all files. */
function copyFolder(from: string, to: string): void {
  expect(spawnSync("cp", ["-a", from, to]).status).toBe(0);
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), `onefold-embedded-${process.pid}-`));
  chmodSync(scratch, 0o755);
  made = join(scratch, "made");
  const server = await start(made);
  await query(server.url, "create table kept (value int)");
  await server.stop();
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) await kill(child);
  for (const server of running.splice(0)) await server.stop();
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the embedded server", () => {
  it("is made with UTF-8, the built-in collation, durable commits, and a password", async () => {
    const server = await start(join(scratch, "fresh"), false);
    const [settings] = await query<Record<string, string>>(
      server.url,
      `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
         current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
         current_setting('full_page_writes') as pages, current_setting('timezone') as timezone,
         current_setting('listen_addresses') as address, current_setting('jit') as jit
       from pg_database where datname = 'onefold'`,
    );
    expect(settings).toEqual({
      encoding: "UTF8",
      provider: "b",
      locale: "C.UTF-8",
      fsync: "on",
      commit: "on",
      pages: "on",
      timezone: "UTC",
      address: "127.0.0.1",
      jit: "off",
    });
    const withoutPassword = new URL(server.url);
    withoutPassword.password = "wrong";
    await expect(query(withoutPassword.href, "select 1")).rejects.toThrow(/password authentication failed/);
    for (const secret of ["postgres-password", "postgres.log"]) {
      expect(statSync(join(server.directory, secret)).mode & 0o077).toBe(0);
    }
    expect(statSync(join(server.directory, "postgres")).mode & 0o077).toBe(0);
  });

  it("keeps its data from one start to the next, and leaves no process", async () => {
    const folder = madeFolder("restarted");
    const first = await start(folder);
    await query(first.url, "insert into kept values (1)");
    const backends = await query<{ pid: number }>(first.url, "select pid from pg_stat_activity");
    await first.stop();
    expect([first.pid, ...backends.map(({ pid }) => pid)].filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder, "postgres/postmaster.pid"))).toBe(false);

    const second = await start(folder);
    expect(second.attached).toBe(false);
    expect(await query(second.url, "select value from kept")).toEqual([{ value: 1 }]);
  });

  it("is taken over from a process that was killed, with all it had committed, and still stopped at the end", async () => {
    const folder = madeFolder("taken-over");
    const { child, url, pid } = await startElsewhere(folder);
    await query(url, "insert into kept values (2)");
    await kill(child);
    expect(isAlive(pid)).toBe(true);

    const server = await start(folder);
    expect(server).toMatchObject({ attached: true, pid, url });
    expect(await query(server.url, "select value from kept")).toEqual([{ value: 2 }]);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it("belongs to one process at a time: the second is refused, by name of the first, and harms nothing", async () => {
    const folder = madeFolder("claimed");
    const { child, url } = await startElsewhere(folder);
    await expect(start(folder)).rejects.toThrow(
      `Another Onefold process (${child.pid}) is using the data in ${folder}`,
    );
    expect(await query(url, "select 1 as alive")).toEqual([{ alive: 1 }]);
    await kill(child);
    await start(folder);
  });

  it("is started once when two processes start it on a new folder at the same moment", async () => {
    const folder = join(scratch, "raced");
    const outcomes = await Promise.allSettled([start(folder), startElsewhere(folder)]);
    const won = outcomes.filter(({ status }) => status === "fulfilled");
    expect(won).toHaveLength(1);
  });

  it("starts over a pid file that a crash left behind", async () => {
    const folder = madeFolder("crashed");
    const { child, pid } = await startElsewhere(folder);
    await kill(child);
    process.kill(pid, "SIGKILL");
    await waitUntilGone(pid, 10_000);
    expect(existsSync(join(folder, "postgres/postmaster.pid"))).toBe(true);

    const server = await start(folder);
    expect(server.attached).toBe(false);
  });

  it("starts over a pid file whose number belongs to another program by now", async () => {
    const folder = madeFolder("recycled");
    const { uid, gid } = statSync(join(folder, "postgres"));
    const other = spawn("sleep", ["600"], { uid, gid, stdio: "ignore" });
    children.push(other);
    const path = join(folder, "postgres/postmaster.pid");
    writeFileSync(path, `${other.pid}\n${join(folder, "postgres")}\n1700000000\n5432\n\n127.0.0.1\n1 1\nready\n`);

    const server = await start(folder);
    expect(server.attached).toBe(false);
    expect(isAlive(other.pid!)).toBe(true);
  });

  it("is not mistaken for the server of a folder that was copied while it ran", async () => {
    const original = await start(madeFolder("original"));
    await query(original.url, "checkpoint");
    const folder = join(scratch, "copied");
    copyFolder(original.directory, folder);

    const copy = await start(folder);
    expect(copy.attached).toBe(false);
    expect(copy.pid).not.toBe(original.pid);
    expect(isAlive(original.pid)).toBe(true);
  });

  it("is started again on the same port when it ends by itself", async () => {
    const lost = jest.fn();
    const server = await start(madeFolder("lost"), false, lost);
    const before = server.pid;
    await query(server.url, "insert into kept values (3)");
    process.kill(before, "SIGQUIT");
    await waitUntilGone(before, 10_000);
    while (server.pid === before) await new Promise(setImmediate);
    expect(await query(server.url, "select value from kept")).toEqual([{ value: 3 }]);
    expect(lost).not.toHaveBeenCalled();
  });

  it("says where its log is when it does not start", async () => {
    const folder = madeFolder("broken");
    writeFileSync(join(folder, "postgres/postgresql.conf"), "no_such_setting = on\n");
    await expect(start(folder)).rejects.toThrow(/did not start.*postgres\.log[\s\S]*no_such_setting/);
  });

  it("refuses data of another major version in words", async () => {
    const folder = madeFolder("older");
    writeFileSync(join(folder, "postgres/PG_VERSION"), "17\n");
    await expect(start(folder)).rejects.toThrow(/written by PostgreSQL 17 and this Onefold brings PostgreSQL 18/);
  });
});

describe("the programs", () => {
  it("run from an installation without library links, which are made", () => {
    const place = findPlace(join(scratch, "with-links"));
    const installed = join(scratch, "installed");
    copyWithoutLinks(installed);
    const { postgres } = prepareBinaries(place, installed);
    expect(postgres).toBe(join(installed, "native/bin/postgres"));
  });

  asRoot("as root", () => {
    it("run from a copy beside the data where the server's user cannot enter the installation", () => {
      const place = findPlace(join(scratch, "with-copy"));
      const closed = join(scratch, "closed");
      copyWithoutLinks(join(closed, "installed"));
      chmodSync(closed, 0o700);
      const { postgres } = prepareBinaries(place, join(closed, "installed"));
      expect(postgres.startsWith(place.directory)).toBe(true);
      expect(canEnter(join(postgres, ".."), place.owner!)).toBe(true);
      expect(prepareBinaries(place, join(closed, "installed")).postgres).toBe(postgres);
    });
  });

  function copyWithoutLinks(folder: string): void {
    mkdirSync(folder, { recursive: true });
    cpSync(findPackage(), folder, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
  }
});

asRoot("in a folder that the server's user cannot enter", () => {
  it("keeps the data elsewhere, notes where, and finds it again", async () => {
    const closed = mkdtempSync(join(scratch, "home-"));
    const asked = join(closed, ".onefold");
    const first = await start(asked);
    try {
      expect(first.directory.startsWith("/var/lib/onefold/")).toBe(true);
      expect(readFileSync(join(asked, "data-is-at"), "utf8").trim()).toBe(first.directory);
      await query(first.url, "create table kept as select 4 as value");
      await first.stop();
      const second = await start(asked);
      expect(await query(second.url, "select value from kept")).toEqual([{ value: 4 }]);
      await second.stop();
    } finally {
      rmSync(first.directory, { recursive: true, force: true });
    }
  });
});

describe("the user that the server runs as", () => {
  const line = (name: string, uid: number): string => `${name}:x:${uid}:${uid}::/:/bin/false`;

  it("is the account that has the least to lose", () => {
    const passwd = [line("root", 0), line("nobody", 65534), line("postgres", 101)].join("\n");
    expect(chooseOwner(passwd)).toEqual({ uid: 101, gid: 101 });
    expect(chooseOwner(`${passwd}\n${line("onefold", 900)}`)).toEqual({ uid: 900, gid: 900 });
  });

  it("is never root", () => {
    expect(() => chooseOwner([line("root", 0), line("nobody", 0)].join("\n"))).toThrow(/no account to run it as/);
  });
});

describe("a secret kept with the data", () => {
  it("is made once and readable by its owner alone", () => {
    const path = join(scratch, "secret");
    const secret = keepSecret(path);
    expect(secret).toHaveLength(43);
    expect(keepSecret(path, () => "another")).toBe(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
