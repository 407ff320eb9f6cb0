import { createInterface } from "node:readline/promises";
import { GraphqlClient } from "../commands/client";
import { NOTHING_YET } from "../import/import-state";
import { inputCheck, releasedSchema } from "../import/line-check";
import { type ImportOptions, type ImportOutcome, runImport } from "../import/run-import";
import { listPathOf } from "../import/source-file";
import { dryRun, forecastInWords, lookedAt } from "./dry-run";
import type { Mapping } from "./mapping";
import { findMissing, type KnownRecord, removeMissing } from "./missing-records";
import { recordCheck } from "./record-check";
import { readRows } from "./rows";

export interface MappedImport extends Omit<ImportOptions, "kind" | "lines" | "manner" | "check"> {
  readonly mapping: Mapping;
}

/** Sends the rows of an export as records. */
export function importMapped({ mapping, ...options }: MappedImport): Promise<ImportOutcome> {
  return runImport({
    ...options,
    kind: "records",
    lines: (from, signal) => readRows(options.source, mapping, from, signal),
    manner: JSON.stringify(mapping),
    check: checkOf(mapping),
  });
}

/** Says what the import would do, and with `deleteMissing` what it would delete. Answers with the number refused. */
export async function previewMapped(
  { mapping, source, signal, ...options }: MappedImport,
  deleteMissing: boolean,
): Promise<number> {
  const client = new GraphqlClient({ url: options.url, key: options.key, attempts: options.attempts });
  const check = checkOf(mapping);
  const listPath = await listPathOf(source, "preview");
  const rows = () => readRows(source, mapping, { offset: 0, line: 0 }, signal);
  const progress = options.progress({ counts: NOTHING_YET, offset: 0 }, lookedAt);
  const forecast = await dryRun({ client, lines: rows(), check, listPath, progress, signal });
  process.stdout.write(`${source.name}, dry run, nothing was written to the server:\n  ${forecastInWords(forecast)}\n`);
  if (deleteMissing) {
    const missing = await findMissing(client, mapping.source, rows(), check, signal);
    process.stdout.write(
      `  ${inNumbers(missing.length)} of ${mapping.source} would be deleted${named(keysOf(missing))}\n`,
    );
  }
  process.stdout.write(`Row by row in ${listPath}\n`);
  return forecast.refused;
}

/** Deletes what the export no longer holds, when the user says how many that are, or said `--yes`. */
export async function deleteMissingRecords(
  { mapping, source, signal, ...options }: MappedImport,
  isSure: boolean,
): Promise<void> {
  const client = new GraphqlClient({ url: options.url, key: options.key, attempts: options.attempts });
  const rows = readRows(source, mapping, { offset: 0, line: 0 }, signal);
  const missing = await findMissing(client, mapping.source, rows, checkOf(mapping), signal);
  if (missing.length === 0) {
    process.stdout.write(`The export holds every record of ${mapping.source}: nothing to delete.\n`);
    return;
  }
  const which = `${inNumbers(missing.length)} of ${mapping.source}${named(keysOf(missing))}`;
  process.stdout.write(`The export no longer holds ${which}\n`);
  if (!isSure && !(await confirmed(missing.length))) {
    process.stdout.write("Nothing was deleted.\n");
    return;
  }
  const { removed, kept } = await removeMissing(client, mapping.source, missing, source.writtenAt, signal);
  process.stdout.write(`${inNumbers(removed)} deleted.\n`);
  if (kept.length > 0) {
    const since = `${mapping.source} spoke of them after the export was written`;
    process.stdout.write(`${inNumbers(kept.length)} kept, for ${since}${named(kept)}\n`);
  }
}

function checkOf(mapping: Mapping): ImportOptions["check"] {
  return recordCheck(mapping, inputCheck(releasedSchema(), "RecordInput"));
}

/** Without somebody at a terminal nobody can be asked, and nothing is deleted. */
async function confirmed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write("Say --yes to delete them.\n");
    return false;
  }
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await asking.question(`They go with their interactions, for good. Type ${count} to delete them: `);
    return answer.trim() === String(count);
  } finally {
    asking.close();
  }
}

function inNumbers(records: number): string {
  return `${records.toLocaleString("en-US")} ${records === 1 ? "record" : "records"}`;
}

function keysOf(records: readonly KnownRecord[]): string[] {
  return records.map(({ key }) => key);
}

const NAMED = 5;

function named(keys: readonly string[]): string {
  if (keys.length === 0) return "";
  return `: ${keys.slice(0, NAMED).join(", ")}${keys.length > NAMED ? ", …" : ""}`;
}
