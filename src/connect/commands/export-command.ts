import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { ExportFolder, ExportState } from "../export/export-folder";
import { EXPORT_SECTIONS, ExportSection, isExportSection } from "../export/export-section";
import { ExportOptions, ExportOutcome, exportToFolder, exportToStream } from "../export/run-export";
import { linesPerSecond } from "../import/progress";
import { failureInWords } from "./client";
import { findTarget } from "./target";

interface Flags {
  readonly url?: string;
  readonly key?: string;
  readonly only: readonly ExportSection[];
  readonly restart: boolean;
  readonly quiet: boolean;
}

const EXIT = { DONE: 0, FAILED: 1, INTERRUPTED: 130 } as const;

const SAID_EVERY_MS = 2_000;

const NOTES = `
The folder gets one file of NDJSON for each of profiles, records, identifiers and interactions, and export.json with the
cursor to go on from: changes(after: <cursor>), or createWebhookEndpoint(..., after: <cursor>). An export that was cut off
goes on where it stopped when it is started again. One that came in a single piece is the state of its cursor; one in
several is whole once the changes after the cursor are taken, too.

Exit code: 0 all of it is there, 1 the export failed, 130 it was interrupted.`;

/** `onefold export`: takes everything out of a server. */
export function exportCommand(): Command {
  return new Command("export")
    .description("write everything of a tenant to files of NDJSON, or to standard output")
    .argument("<folder>", 'where the files go, or "-" for standard output')
    .option("--url <url>", "address of the server (default: http://127.0.0.1:4000, or the port in PORT)")
    .option("--key <key>", "API key (ADMIN or INTEGRATION); otherwise as for import")
    .option("--only <sections>", `some of ${EXPORT_SECTIONS.join(",")}`, sectionList, [...EXPORT_SECTIONS])
    .option("--restart", "begin anew, even if an earlier export was cut off or finished", false)
    .option("--quiet", "show no progress, only the outcome", false)
    .addHelpText("after", NOTES)
    .action(async (folder: string, flags: Flags) => {
      process.exitCode = await runCommand(folder, flags).catch((error: unknown) => {
        process.stderr.write(`${failureInWords(error)}\n`);
        return EXIT.FAILED;
      });
    });
}

async function runCommand(folder: string, flags: Flags): Promise<number> {
  const target = await findTarget(flags, process.env);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const began = Date.now();
  const options: ExportOptions = {
    url: target.graphql.replace(/graphql$/, "export"),
    key: target.key,
    sections: flags.only,
    signal: stop.signal,
    onLines: flags.quiet ? () => undefined : progress(began),
    onRetry: (reason, pause) => process.stderr.write(`${reason}; trying again in ${(pause / 1000).toFixed(1)} s\n`),
  };
  try {
    const outcome =
      folder === "-" ? await exportToStream(process.stdout, options) : await toFolder(resolve(folder), options, flags);
    if (outcome === null) return EXIT.DONE;
    process.stderr.write(`${inWords(outcome, Date.now() - began)}\n`);
    return outcome.finished ? EXIT.DONE : EXIT.INTERRUPTED;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** Answers with null when the export in the folder is finished already. */
async function toFolder(folder: string, options: ExportOptions, { restart }: Flags): Promise<ExportOutcome | null> {
  const state = restart ? null : await ExportFolder.findState(folder);
  if (state !== null) refuseOther(folder, options, state);
  if (state?.place === null) {
    process.stderr.write(`The export in ${folder} is finished; --restart begins anew.\n`);
    return null;
  }
  return exportToFolder(folder, options, state);
}

function refuseOther(folder: string, { url, sections }: ExportOptions, state: ExportState): void {
  if (state.server === url && state.sections.join() === sections.join()) return;
  throw new Error(
    `${folder} holds another export, of ${state.sections.join(", ")} from ${state.server}; --restart begins anew`,
  );
}

function inWords({ counts, cursor, pieces, finished }: ExportOutcome, ms: number): string {
  const lines = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).map(([section, count]) => `${count.toLocaleString("en-US")} ${section}`);
  const speed = `${(ms / 1000).toFixed(1)} s, ${linesPerSecond(lines, ms)} lines/s`;
  if (!finished) return `${parts.join(", ")} (${speed}); interrupted: the same command goes on from here`;
  const whole = pieces > 1 ? `; it came in ${pieces} pieces, so take the changes after the cursor, too` : "";
  return `${parts.join(", ")} (${speed})${whole}\ncursor ${cursor}`;
}

function progress(began: number): ExportOptions["onLines"] {
  let said = began;
  return (counts) => {
    if (Date.now() - said < SAID_EVERY_MS) return;
    said = Date.now();
    const parts = Object.entries(counts).map(([section, count]) => `${count.toLocaleString("en-US")} ${section}`);
    process.stderr.write(`${parts.join(", ")}\n`);
  };
}

function sectionList(text: string): ExportSection[] {
  const named = text.split(",").map((section) => section.trim());
  if (!named.every(isExportSection)) throw new InvalidArgumentError(`Name some of ${EXPORT_SECTIONS.join(",")}.`);
  return EXPORT_SECTIONS.filter((section) => named.includes(section));
}
