import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdtemp, readdir, readFile, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { onefold } from "../support/command-line";
import { startTestServer, type TestServer } from "../support/server";

const CARE_CONVERSATIONS = join(__dirname, "../../../shared/data/care-conversations.ndjson");

/** Every run is a process of its own, which compiles at its first start. */
jest.setTimeout(120_000);

let server: TestServer;
let folder: string;
let file: string;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-import-"));
  file = join(folder, "events.ndjson");
});
afterEach(() => rm(folder, { recursive: true }));

const event = (id: string, change: Record<string, unknown> = {}): string =>
  JSON.stringify({
    messageId: id,
    source: "x",
    channel: "X",
    occurredAt: "2026-01-31T09:30:00Z",
    text: "お茶 ชา tea",
    subject: { identifiers: [{ kind: "X_HANDLE", value: `@${id}` }] },
    ...change,
  });

const events = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => event(`${prefix}${number}`));

const environment = (key: string): NodeJS.ProcessEnv => ({ ONEFOLD_KEY: key, ONEFOLD_DATA_DIR: folder });
const start = (key: string, ...flags: string[]) =>
  onefold(["import", file, "--url", server.url, ...flags], environment(key));

async function countRows(): Promise<Record<string, number>> {
  const [counts] = await server.testDatabase.ownerQuery<Record<string, number>>(
    `select (select count(*)::int from interactions) as interactions, (select count(*)::int from records) as records,
       (select count(distinct (tenant_id, profile_id))::int from records) as profiles,
       (select count(*)::int from changes) as changes`,
  );
  return counts!;
}

describe("onefold import", () => {
  it("sends a file, and a second time finds everything known", async () => {
    const key = await server.makeTenant();
    await writeFile(file, events("twice", 250).join("\n"));
    const first = await start(key, "--batch", "100").finished;
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("250 accepted, 0 duplicate, 0 refused") });
    const before = await countRows();
    const second = await start(key, "--batch", "60").finished;
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("0 accepted, 250 duplicate, 0 refused") });
    expect(await countRows()).toEqual(before);
    expect(await readdir(folder)).toEqual(["events.ndjson"]);
  });

  it("lists what is refused, here or by the server, with line, code and reason", async () => {
    const key = await server.makeTenant();
    const lines = [
      event("good"),
      event("bad-channel", { channel: "FAX" }),
      "not json",
      event("nobody", { subject: { identifiers: [] } }),
      event("good", { text: "another payload" }),
      event("last"),
    ];
    await writeFile(file, lines.join("\n"));
    const rejected = join(folder, "refused.ndjson");
    const { code, stdout } = await start(key, "--rejected", rejected).finished;
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: expect.stringContaining("2 accepted, 0 duplicate, 4 refused"),
    });
    expect(stdout).toContain(rejected);
    const listed = (await readFile(rejected, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(listed).toEqual([
      { line: 2, code: "BAD_USER_INPUT", message: expect.stringContaining("FAX"), text: lines[1] },
      { line: 3, code: "NOT_JSON", message: expect.any(String), text: lines[2] },
      { line: 4, code: "NO_SUBJECT", message: expect.any(String), text: lines[3] },
      { line: 5, code: "CONFLICT", message: expect.any(String), text: lines[4] },
    ]);
  });

  it("goes on where it was interrupted", async () => {
    const key = await server.makeTenant();
    await writeFile(file, events("cut", 3000).join("\n"));
    const { process: child, finished } = start(key, "--batch", "5");
    await appearance(`${file}.onefold-import`);
    child.kill("SIGINT");
    const first = await finished;
    expect(first).toMatchObject({ code: 130, stdout: expect.stringContaining("interrupted") });
    const line = (JSON.parse(await readFile(`${file}.onefold-import`, "utf8")) as { line: number }).line;
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThan(3000);
    const { code, stdout, stderr } = await start(key, "--batch", "1000").finished;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(`Going on after line ${line.toLocaleString("en-US")}`),
    });
    const [, accepted, duplicate] = /: ([\d,]+) accepted, ([\d,]+) duplicate/
      .exec(stdout)!
      .map((text) => text.replace(",", ""));
    expect(Number(accepted) + Number(duplicate)).toBe(3000);
    expect(existsSync(`${file}.onefold-import`)).toBe(false);
  });

  it("reads standard input", async () => {
    const key = await server.makeTenant();
    await writeFile(file, events("piped", 30).join("\n"));
    const { process: child, finished } = onefold(["import", "-", "--url", server.url, "--quiet"], environment(key));
    createReadStream(file).pipe(child.stdin);
    expect(await finished).toEqual({ code: 0, stdout: expect.stringContaining("30 accepted"), stderr: "" });
  });

  it("fails in words without a key, with a wrong one, and without the file", async () => {
    await writeFile(file, event("a"));
    const without = await onefold(["import", file, "--url", server.url], { ONEFOLD_DATA_DIR: folder, ONEFOLD_KEY: "" })
      .finished;
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining("--key") });
    const wrong = await start("nobody-has-this-key").finished;
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("UNAUTHENTICATED") });
    await rm(file);
    const missing = await start("k").finished;
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("no file") });
    expect(missing.stderr).not.toContain("at ");
  });

  const given = existsSync(CARE_CONVERSATIONS);
  if (!given) process.stderr.write("skipped: there is no care-conversations.ndjson beside the checkout\n");
  (given ? it : it.skip)("takes 1,205 real conversations of 539 customers, once", async () => {
    await copyFile(CARE_CONVERSATIONS, file);
    const key = await server.makeTenant();
    const before = await countRows();
    const first = await start(key).finished;
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("1,205 accepted, 0 duplicate, 0 refused") });
    const after = await countRows();
    expect(after.interactions! - before.interactions!).toBe(1205);
    expect(after.profiles! - before.profiles!).toBe(539);
    const second = await start(key).finished;
    expect(second).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("0 accepted, 1,205 duplicate, 0 refused"),
    });
    expect(await countRows()).toEqual(after);
  });
});

/** Resolves as soon as the file is there. */
async function appearance(path: string): Promise<void> {
  const changes = watch(dirname(path));
  if (existsSync(path)) return;
  for await (const { filename } of changes) if (filename === basename(path)) return;
}
