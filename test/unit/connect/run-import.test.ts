import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { lineCheck, releasedSchema } from "../../../src/connect/import/line-check";
import { SILENT } from "../../../src/connect/import/progress";
import { type ImportOptions, runImport } from "../../../src/connect/import/run-import";
import { openSource, statePathOf } from "../../../src/connect/import/source-file";
import { acceptAll, type Received, type Reply, StandInServer } from "./stand-in-server";

const check = lineCheck(releasedSchema());
let folder: string;
let file: string;
let server: StandInServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-import-"));
  file = join(folder, "events.ndjson");
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(folder, { recursive: true });
});

const event = (id: number): string =>
  JSON.stringify({
    messageId: `m-${id}`,
    source: "x",
    channel: "X",
    occurredAt: "2026-01-31T09:30:00Z",
    subject: { identifiers: [{ kind: "X_HANDLE", value: `@user${id}` }] },
  });

async function serve(reply: (received: Received, count: number) => Reply | "hang up"): Promise<void> {
  if (server === undefined) server = await StandInServer.start(reply);
  else server.change(reply);
}

async function importNow(change: Partial<ImportOptions> = {}) {
  const source = change.source ?? (await openSource(file, Readable.from([])));
  return runImport({
    source,
    url: server!.url,
    key: "k",
    check,
    batchSize: 2,
    statePath: await statePathOf(source, folder),
    rejectedPath: join(folder, "rejected.ndjson"),
    restart: false,
    progress: () => SILENT,
    signal: new AbortController().signal,
    attempts: 1,
    ...change,
  });
}

const sent = (): string[] => server!.received.flatMap(({ events }) => events.map(({ messageId }) => messageId));
const refusals = async (): Promise<{ line: number; code: string; text: string }[]> =>
  (await readFile(join(folder, "rejected.ndjson"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("An import", () => {
  test("sends every line once, in order, and leaves nothing behind", async () => {
    await writeFile(file, [1, 2, 3, 4, 5].map(event).join("\n"));
    await serve(acceptAll);
    const counts = { lines: 5, accepted: 5, duplicates: 0, refused: 0 };
    expect(await importNow()).toEqual({ counts, linesNow: 5, finished: true });
    expect(sent()).toEqual(["m-1", "m-2", "m-3", "m-4", "m-5"]);
    expect(await readdir(folder)).toEqual(["events.ndjson"]);
  });

  test("lists refused lines, its own and the server's, in the order of the file", async () => {
    await writeFile(file, [event(1), "{", event(3), '{"messageId":"m-4"}', event(5)].join("\n"));
    await serve((received) => ({
      body: {
        data: {
          results: received.events.map(({ messageId }) =>
            messageId === "m-1"
              ? { status: "REJECTED", code: "CONFLICT", message: "another payload" }
              : { status: "DUPLICATE", code: null, message: null },
          ),
        },
      },
    }));
    const { counts } = await importNow();
    expect(counts).toEqual({ lines: 5, accepted: 0, duplicates: 2, refused: 3 });
    expect(await refusals()).toMatchObject([
      { line: 1, code: "CONFLICT", text: event(1) },
      { line: 2, code: "NOT_JSON", text: "{" },
      { line: 4, code: "BAD_USER_INPUT", text: '{"messageId":"m-4"}' },
    ]);
  });

  test("goes on where it was cut off, with its counts and its list", async () => {
    await writeFile(file, ["{", ...[2, 3, 4, 5, 6].map(event)].join("\n"));
    await serve((received, count) => (count === 2 ? "hang up" : acceptAll(received)));
    await expect(importNow()).rejects.toThrow("the connection was cut off");
    await serve(acceptAll);
    const counts = { lines: 6, accepted: 5, duplicates: 0, refused: 1 };
    expect(await importNow()).toEqual({ counts, linesNow: 4, finished: true });
    expect(sent()).toEqual(["m-3", "m-4", "m-5", "m-6"]);
    expect(await refusals()).toMatchObject([{ line: 1 }]);
    expect(await readdir(folder)).toEqual(["events.ndjson", "rejected.ndjson"]);
  });

  test("begins anew when it is told to", async () => {
    await writeFile(file, [1, 2, 3].map(event).join("\n"));
    await serve((received, count) => (count === 2 ? "hang up" : acceptAll(received)));
    await expect(importNow()).rejects.toThrow();
    await serve(acceptAll);
    expect(await importNow({ restart: true })).toMatchObject({ linesNow: 3 });
  });

  test("begins anew when the list of refused lines is gone", async () => {
    await writeFile(file, ["{", event(2), event(3)].join("\n"));
    await serve((received, count) => (count === 2 ? "hang up" : acceptAll(received)));
    await expect(importNow()).rejects.toThrow();
    await rm(join(folder, "rejected.ndjson"));
    await serve(acceptAll);
    expect(await importNow()).toMatchObject({ linesNow: 3 });
    expect(await refusals()).toMatchObject([{ line: 1 }]);
  });

  test("stops when it is told to, and the next one sends the rest", async () => {
    await writeFile(file, [1, 2, 3, 4].map(event).join("\n"));
    const stop = new AbortController();
    await serve((received, count) => {
      if (count === 2) stop.abort();
      return count === 2 ? "hang up" : acceptAll(received);
    });
    expect(await importNow({ signal: stop.signal, attempts: 5 })).toMatchObject({ linesNow: 2, finished: false });
    await serve(acceptAll);
    expect(await importNow()).toMatchObject({ linesNow: 2, finished: true });
    expect(sent()).toEqual(["m-3", "m-4"]);
  });

  test("stops while it waits for standard input", async () => {
    await serve(acceptAll);
    const stop = new AbortController();
    const input = new Readable({ read: () => setImmediate(() => stop.abort()) });
    const outcome = importNow({ source: await openSource("-", input), signal: stop.signal });
    expect(await outcome).toMatchObject({ linesNow: 0, finished: false });
  });

  test("finds the one line for which the server refuses the whole request", async () => {
    await writeFile(file, [1, 2, 3, 4, 5].map(event).join("\n"));
    await serve((received) =>
      received.events.some(({ messageId }) => messageId === "m-4")
        ? { status: 400, body: { errors: [{ message: "at events[3]", extensions: { code: "BAD_USER_INPUT" } }] } }
        : acceptAll(received),
    );
    const { counts } = await importNow({ batchSize: 5 });
    expect(counts).toEqual({ lines: 5, accepted: 4, duplicates: 0, refused: 1 });
    expect(await refusals()).toMatchObject([{ line: 4, code: "BAD_USER_INPUT" }]);
  });

  test("fails when the key is refused, and refuses no line for it", async () => {
    await writeFile(file, event(1));
    await serve(() => ({
      status: 401,
      body: { errors: [{ message: "no", extensions: { code: "UNAUTHENTICATED" } }] },
    }));
    await expect(importNow()).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await readdir(folder)).toEqual(["events.ndjson"]);
  });
});
