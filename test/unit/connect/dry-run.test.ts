import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GraphqlClient } from "../../../src/connect/commands/client";
import type { Counts } from "../../../src/connect/import/import-state";
import { inputCheck, releasedSchema } from "../../../src/connect/import/line-check";
import type { NumberedLine } from "../../../src/connect/import/numbered-lines";
import { dryRun, lookedAt } from "../../../src/connect/sync/dry-run";
import { parseMapping } from "../../../src/connect/sync/mapping";
import { recordCheck } from "../../../src/connect/sync/record-check";
import { StandInServer } from "./stand-in-server";

const mapping = parseMapping('{"source":"hubspot","key":"id"}', "m.json");
const check = recordCheck(mapping, inputCheck(releasedSchema(), "RecordInput"));
const BYTES_A_ROW = 10;

let folder: string;
let server: StandInServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "onefold-dry-"));
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function* rows(count: number): AsyncGenerator<NumberedLine> {
  for (let number = 1; number <= count; number++) {
    const text = number === 3 ? "no row" : JSON.stringify({ id: `c-${number}` });
    yield { number, text, end: number * BYTES_A_ROW };
  }
}

/** Over rows of which the third is none, by a server to which every record is new. */
async function lookAt(count: number, shown: { readonly counts: Counts; readonly offset: number }[]) {
  const listPath = join(folder, "preview.ndjson");
  const stopped = jest.fn();
  server = await StandInServer.start(({ records }) => {
    const told = { effect: "CREATED", code: null, message: null, profileId: null, joinsProfiles: [], joinsRecords: [] };
    const previewRecords = { profilesMerged: 0, profilesSplit: 0, records: records.map(() => told) };
    return { body: { data: { previewRecords } } };
  });
  const forecast = await dryRun({
    client: new GraphqlClient({ url: server.url, key: "k", attempts: 1 }),
    ...{ lines: rows(count), check, listPath, signal: new AbortController().signal },
    progress: {
      update: (counts, offset) => void shown.push({ counts, offset }),
      say: () => undefined,
      stop: stopped,
    },
  });
  expect(stopped).toHaveBeenCalledTimes(1);
  return { forecast, listed: (await readFile(listPath, "utf8")).trim().split("\n") };
}

test("A dry run shows how far it is, piece by piece, and lists every row", async () => {
  const shown: { readonly counts: Counts; readonly offset: number }[] = [];
  const { forecast, listed } = await lookAt(12_000, shown);
  expect(forecast).toMatchObject({ created: 11_999, refused: 1, pieces: 3 });
  expect(shown.map(({ counts, offset }) => [counts.lines, counts.refused, offset])).toEqual([
    [5_000, 1, 50_000],
    [10_000, 1, 100_000],
    [12_000, 1, 120_000],
  ]);
  expect(lookedAt(shown[0]!.counts)).toBe("5,000 looked at, 1 to be refused");
  expect(listed).toHaveLength(12_000);
});
