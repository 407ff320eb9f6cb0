import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importCommand } from "../../src/connect/commands/import-command";
import { onefold, runHere } from "../support/command-line";
import { SECRETS_KEY, Sender, sale } from "../support/deliveries";
import { startTestServer, type TestServer } from "../support/server";

/** Two runs are processes of their own, which compile at their first start. */
jest.setTimeout(120_000);

const EXAMPLES = join(__dirname, "../../examples");
let server: TestServer;
let folder: string;
let file: string;

beforeAll(async () => {
  server = await startTestServer({ secretsKeys: [SECRETS_KEY] });
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-mapped-"));
  file = join(folder, "contacts.csv");
});
afterEach(() => rm(folder, { recursive: true }));

const asked = (key: string, ...flags: string[]): string[] => {
  const target = ["--url", server.url, "--key", key, "--quiet"];
  return ["--map", join(EXAMPLES, "hubspot.mapping.json"), file, ...target, ...flags];
};
const run = (key: string, ...flags: string[]) => runHere(importCommand(), asked(key, ...flags));
/** In a process of its own. */
const start = (key: string, ...flags: string[]) =>
  onefold(["import", ...asked(key, ...flags)], { ONEFOLD_DATA_DIR: folder });
const HEADER =
  "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,City,Country/Region,Lifecycle Stage,Last Modified Date";
const contact = (id: number, email: string, changed = "2026-02-28 10:00") =>
  `${id},F${id},L${id},${email},,,,,,${changed}`;
const write = (...rows: string[]) => writeFile(file, [HEADER, ...rows].join("\n"));

const keysOf = async (key: string): Promise<string[]> => {
  const query = '{ recordKeys(source: "hubspot") { records { key } } }';
  const { recordKeys } = await server.data<{ recordKeys: { records: { key: string }[] } }>(query, {}, key);
  return recordKeys.records.map((record) => record.key);
};

describe("onefold import --map", () => {
  it("says what an export would do, then does it", async () => {
    const key = await server.makeTenant();
    await server.data(
      'mutation { upsertRecords(records: [{ source: "shop", key: "c-1", identifiers: [{ kind: EMAIL, value: "ann@example.com" }] }]) { key } }',
      {},
      key,
    );
    await write(contact(1, "ann@example.com"), contact(2, "bob@example.com"), contact(3, "x", "tomorrow"));
    const dry = await run(key, "--dry-run");
    expect(dry).toMatchObject({ code: 2, stderr: "" });
    expect(dry.stdout).toContain("2 created, 0 updated, 0 unchanged, 1 refused");
    expect(dry.stdout).toContain("1 record would join customers that exist");
    const listed = (await readFile(`${file}.preview.ndjson`, "utf8")).trim().split("\n");
    expect(listed.map((line) => JSON.parse(line))).toMatchObject([
      { line: 2, key: "1", effect: "CREATED", joinsProfiles: [expect.any(String)] },
      { line: 3, key: "2", effect: "CREATED", joinsProfiles: [] },
      { line: 4, effect: "REFUSED", code: "BAD_CELL", message: expect.stringContaining('"Last Modified Date"') },
    ]);
    expect(await keysOf(key)).toEqual([]);

    const real = await run(key);
    expect(real).toMatchObject({ code: 2, stdout: expect.stringContaining("2 accepted, 0 duplicate, 1 refused") });
    expect(await keysOf(key)).toEqual(["1", "2"]);
    const { profile } = await server.data<{ profile: { records: object[] } }>(
      '{ profile(identifier: { kind: EMAIL, value: "ann@example.com" }) { records { source key } } }',
      {},
      key,
    );
    expect(profile.records).toHaveLength(2);

    const again = await run(key, "--dry-run");
    expect(again.stdout).toContain("0 created, 0 updated, 2 unchanged, 1 refused");
  });

  it("deletes what a full export no longer holds only when told to, and only when every row is read", async () => {
    const key = await server.makeTenant();
    await write(contact(1, "a@example.com"), contact(2, "b@example.com"), contact(3, "c@example.com"));
    expect(await run(key)).toMatchObject({ code: 0 });
    await write(contact(1, "a@example.com"));

    expect(await run(key)).toMatchObject({ code: 0 });
    const dry = await run(key, "--dry-run", "--delete-missing");
    expect(dry.stdout).toContain("2 records of hubspot would be deleted: 2, 3");
    const unsure = await start(key, "--delete-missing").finished;
    expect(unsure.stdout).toContain("Nothing was deleted.");
    expect(await keysOf(key)).toEqual(["1", "2", "3"]);

    expect(await run(key, "--delete-missing", "--yes")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("2 records deleted."),
    });
    expect(await keysOf(key)).toEqual(["1"]);

    await write(contact(2, "b@example.com", "tomorrow"));
    const broken = await run(key, "--delete-missing", "--yes");
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("not every row can be read: line 2") });
    await write();
    const empty = await run(key, "--delete-missing", "--yes");
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining("no row at all") });
    expect(await keysOf(key)).toEqual(["1"]);
  });

  it("deletes as the source itself would: what it said before is old news, and who it spoke of since stays", async () => {
    const pos = await Sender.open(server);
    const mapping = join(folder, "pos.mapping.json");
    const loyalty = { kind: "LOYALTY_ID", column: "id" };
    await writeFile(mapping, JSON.stringify({ source: "pos", key: "id", identifiers: [loyalty] }));
    const importing = (...flags: string[]) =>
      runHere(importCommand(), [
        ...["--map", mapping, file, "--url", server.url, "--key", pos.tenant.key, "--quiet"],
        ...flags,
      ]);
    const keys = async () => {
      const query = '{ recordKeys(source: "pos") { records { key } } }';
      const { recordKeys } = await pos.tenant.ask<{ recordKeys: { records: { key: string }[] } }>(query);
      return recordKeys.records.map(({ key }) => key);
    };
    const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000);
    await writeFile(file, "id\nc-1\nc-2\nc-3\n");
    expect(await importing()).toMatchObject({ code: 0 });
    await writeFile(file, "id\nc-1\n");
    const exported = minutesFromNow(1);
    await utimes(file, exported, exported);
    const seen = { key: "c-3", identifiers: [{ kind: "LOYALTY_ID", value: "c-3" }] };
    await pos.send({ records: [{ ...seen, observedAt: minutesFromNow(2).toISOString() }] });
    const done = await importing("--delete-missing", "--yes");
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("1 record deleted.") });
    expect(done.stdout).toContain("1 record kept, for pos spoke of them after the export was written: c-3");
    expect(await keys()).toEqual(["c-1", "c-3"]);

    await pos.send({ events: [sale("late", "c-2", { occurredAt: "2026-01-01T09:00:00Z" })] });
    expect(await keys()).toEqual(["c-1", "c-3"]);
    await pos.send({ events: [sale("back", "c-2", { occurredAt: minutesFromNow(3).toISOString() })] });
    expect(await keys()).toEqual(["c-1", "c-2", "c-3"]);
  });

  it("goes on in the middle of an export, and says in words what cannot be", async () => {
    const key = await server.makeTenant();
    await write(...Array.from({ length: 2000 }, (_, place) => contact(place + 1, `c${place}@example.com`)));
    const cut = start(key, "--batch", "5");
    cut.process.stdout.resume();
    await appearance(`${file}.onefold-import`);
    cut.process.kill("SIGINT");
    expect(await cut.finished).toMatchObject({ code: 130 });
    const rest = await run(key, "--batch", "1000");
    expect(rest).toMatchObject({ code: 0 });
    expect(await keysOf(key)).toHaveLength(1000);
    const [, accepted, duplicate] = /: ([\d,]+) accepted, ([\d,]+) duplicate/.exec(rest.stdout)!;
    expect(Number(accepted!.replace(",", "")) + Number(duplicate!.replace(",", ""))).toBe(2000);

    await writeFile(file, "Email\na@example.com\n");
    const foreign = await run(key);
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no column "Record ID"') });
    const without = await runHere(importCommand(), [file, "--dry-run", "--key", key]);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining("need --map") });
  });
});

describe("removeSourceRecords", () => {
  const remove = `mutation ($keys: [String!]!, $at: DateTime!) {
    removeSourceRecords(source: "crm", keys: $keys, at: $at) { removed kept } }`;
  const at = "2026-01-01T09:00:00Z";

  it("takes no more than it can, nor what is no key", async () => {
    const key = await server.makeTenant();
    for (const keys of [["a\0"], Array.from({ length: 1_001 }, (_, n) => String(n))]) {
      const { errors } = await server.graphql(remove, { keys, at }, key);
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    }
    const nobody = await server.data(remove, { keys: ["nobody"], at }, key);
    expect(nobody).toEqual({ removeSourceRecords: { removed: 0, kept: [] } });
  });

  it("is for those who may take people away", async () => {
    for (const role of ["INTEGRATION", "AGENT", "PUBLIC"]) {
      const { errors } = await server.graphql(remove, { keys: ["a"], at }, (await server.makeKey(role)).secret);
      expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    }
  });
});

async function appearance(path: string): Promise<void> {
  const { watch } = await import("node:fs/promises");
  const { existsSync } = await import("node:fs");
  const { basename, dirname } = await import("node:path");
  const stop = new AbortController();
  const changes = watch(dirname(path), { signal: stop.signal });
  if (existsSync(path)) return stop.abort();
  for await (const { filename } of changes) if (filename === basename(path)) return stop.abort();
}
