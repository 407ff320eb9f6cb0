import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { failureInWords } from "./client";
import { lineCheck, releasedSchema } from "./import/line-check";
import { linesPerSecond, outcomeInWords, type ProgressView, progressOn, SILENT } from "./import/progress";
import { runImport } from "./import/run-import";
import { listPathOf, openSource, statePathOf } from "./import/source-file";
import { deleteMissingRecords, importMapped, previewMapped } from "./sync/import-mapped";
import { readMapping } from "./sync/mapping";
import { findTarget } from "./target";

interface Flags {
  readonly url?: string;
  readonly key?: string;
  readonly batch: number;
  readonly rejected?: string;
  readonly restart: boolean;
  readonly quiet: boolean;
  readonly map?: string;
  readonly dryRun: boolean;
  readonly deleteMissing: boolean;
  readonly yes: boolean;
}

const EXIT = { ALL_TAKEN: 0, FAILED: 1, SOME_REFUSED: 2, INTERRUPTED: 130 } as const;

const NOTES = `
Each line is one EventInput of the GraphQL schema; with --map each row of the CSV or NDJSON becomes a record of a person,
as the mapping says. Sending a line again changes nothing, so an import that was cut off is simply started again: it goes
on where it stopped.

Exit code: 0 all lines accepted or known already, 2 some were refused, 1 the import failed, 130 it was interrupted.`;

/** `onefold import`: sends events from NDJSON to a server. */
export function importCommand(): Command {
  return new Command("import")
    .description("send events from NDJSON, or the people of a CRM's export, to a server")
    .argument("<file>", 'file with one event a line, or an export with --map; "-" for standard input')
    .option("--url <url>", "address of the server (default: http://127.0.0.1:4000, or the port in PORT)")
    .option("--key <key>", "API key; otherwise the one in ONEFOLD_KEY, or of the server on this machine")
    .option("--batch <lines>", "lines in one request, 1 to 1000", lineCount, 500)
    .option("--rejected <file>", "where refused lines are listed (default: <file>.rejected.ndjson)")
    .option("--restart", "begin at the first line, even if an earlier import was cut off", false)
    .option("--quiet", "show no progress, only the outcome", false)
    .option("--map <mapping.json>", "the file is an export of people, and this says what its columns mean")
    .option("--dry-run", "with --map: only say what would be created, updated, joined and refused", false)
    .option("--delete-missing", "with --map: delete the source's records that this full export no longer holds", false)
    .option("--yes", "with --delete-missing: do not ask", false)
    .addHelpText("after", NOTES)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await importFile(file, flags).catch((error: unknown) => {
        process.stderr.write(`${failureInWords(error)}\n`);
        return EXIT.FAILED;
      });
    });
}

async function importFile(file: string, flags: Flags): Promise<number> {
  requireMapping(flags);
  const mapping = flags.map === undefined ? undefined : await readMapping(flags.map);
  const target = await findTarget(flags, process.env);
  const source = await openSource(file, process.stdin);
  const rejectedPath = flags.rejected === undefined ? await listPathOf(source, "rejected") : resolve(flags.rejected);
  if (rejectedPath === source.path) throw new Error("The refused lines cannot go to the file that is read");
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const began = Date.now();
  try {
    const options = {
      source,
      url: target.graphql,
      key: target.key,
      batchSize: flags.batch,
      statePath: await statePathOf(source, target.dataDir),
      rejectedPath,
      restart: flags.restart,
      progress: (start: ProgressView["start"]) =>
        flags.quiet ? SILENT : progressOn({ stream: process.stderr, total: source.size, start }),
      signal: stop.signal,
    };
    if (mapping !== undefined && flags.dryRun) {
      const refused = await previewMapped({ ...options, mapping }, flags.deleteMissing);
      return refused > 0 ? EXIT.SOME_REFUSED : EXIT.ALL_TAKEN;
    }
    const { counts, linesNow, finished } =
      mapping === undefined
        ? await runImport({ ...options, check: lineCheck(releasedSchema()) })
        : await importMapped({ ...options, mapping });
    const ms = Date.now() - began;
    const speed = `${(ms / 1000).toFixed(1)} s, ${linesPerSecond(linesNow, ms)} lines/s`;
    const listed = counts.refused > 0 ? `; the refused lines are in ${rejectedPath}` : "";
    const cut = finished ? "" : "; interrupted: the same command goes on from here";
    process.stdout.write(`${source.name}: ${outcomeInWords(counts)} (${speed})${listed}${cut}\n`);
    if (!finished) return EXIT.INTERRUPTED;
    if (mapping !== undefined && flags.deleteMissing) await deleteMissingRecords({ ...options, mapping }, flags.yes);
    return counts.refused > 0 ? EXIT.SOME_REFUSED : EXIT.ALL_TAKEN;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function requireMapping({ map, dryRun, deleteMissing, yes }: Flags): void {
  if (map === undefined && (dryRun || deleteMissing)) {
    throw new Error("--dry-run and --delete-missing are for exports of people: they need --map");
  }
  if (yes && !deleteMissing) throw new Error("--yes is for --delete-missing");
}

function lineCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new InvalidArgumentError("Give 1 to 1000.");
  return count;
}
