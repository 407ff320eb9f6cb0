import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { failureInWords } from "../commands/client";
import { findTarget } from "../commands/target";
import { linesPerSecond, outcomeInWords, progressOn, SILENT } from "./progress";
import type { ImportOptions, ImportOutcome } from "./run-import";
import { listPathOf, openSource, statePathOf } from "./source-file";

/** What every import can be told. */
export interface ImportFlags {
  readonly url?: string;
  readonly key?: string;
  readonly batch: number;
  readonly rejected?: string;
  readonly restart: boolean;
  readonly quiet: boolean;
}

/** Everything but what the lines are and how they are judged. */
export type ImportSetup = Omit<ImportOptions, "check" | "kind" | "lines" | "manner">;

export const EXIT = { ALL_TAKEN: 0, FAILED: 1, SOME_REFUSED: 2, INTERRUPTED: 130 } as const;

export function withImportOptions(command: Command): Command {
  return command
    .option("--url <url>", "address of the server (default: http://127.0.0.1:4000, or the port in PORT)")
    .option("--key <key>", "API key; otherwise the one in ONEFOLD_KEY, or of the server on this machine")
    .option("--batch <lines>", "lines in one request, 1 to 1000", lineCount, 500)
    .option("--rejected <file>", "where refused lines are listed (default: <file>.rejected.ndjson)")
    .option("--restart", "begin at the first line, even if an earlier import was cut off", false)
    .option("--quiet", "show no progress, only the outcome", false);
}

/**
 * Opens what an import of a file needs, stops it when the process is told to, and says how it went. Answers with the exit
 * code, which `run` may give itself.
 *
 * @param afterwards what is to be done when every line was sent
 */
export async function withImport(
  file: string,
  flags: ImportFlags,
  run: (setup: ImportSetup) => Promise<ImportOutcome | number>,
  afterwards: (setup: ImportSetup) => Promise<void> = async () => undefined,
): Promise<number> {
  const target = await findTarget(flags, process.env);
  const source = await openSource(file, process.stdin);
  const rejectedPath = flags.rejected === undefined ? await listPathOf(source, "rejected") : resolve(flags.rejected);

  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const began = Date.now();
  try {
    const setup: ImportSetup = {
      source,
      url: target.graphql,
      key: target.key,
      batchSize: flags.batch,
      statePath: await statePathOf(source, target.dataDir),
      rejectedPath,
      restart: flags.restart,
      progress: (start, words) =>
        flags.quiet ? SILENT : progressOn({ stream: process.stderr, total: source.size, start, words }),
      signal: stop.signal,
    };
    const outcome = await run(setup);
    if (typeof outcome === "number") return outcome;
    const { counts, linesNow, finished } = outcome;
    const ms = Date.now() - began;
    const speed = `${(ms / 1000).toFixed(1)} s, ${linesPerSecond(linesNow, ms)} lines/s`;
    const listed = counts.refused > 0 ? `; the refused lines are in ${rejectedPath}` : "";
    const cut = finished ? "" : "; interrupted: the same command goes on from here";
    process.stdout.write(`${source.name}: ${outcomeInWords(counts)} (${speed})${listed}${cut}\n`);
    if (!finished) return EXIT.INTERRUPTED;
    await afterwards(setup);
    return counts.refused > 0 ? EXIT.SOME_REFUSED : EXIT.ALL_TAKEN;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write("Interrupted.\n");
    return EXIT.INTERRUPTED;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** What failed goes to standard error, in words. */
export async function orInWords(exitCode: Promise<number>): Promise<number> {
  return exitCode.catch((error: unknown) => {
    process.stderr.write(`${failureInWords(error)}\n`);
    return EXIT.FAILED;
  });
}

function lineCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new InvalidArgumentError("Give 1 to 1000.");
  return count;
}
