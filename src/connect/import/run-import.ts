/**
 * One import: lines of a file or of standard input become events of a server.
 *
 * It promises: every line is counted once as accepted, duplicate or refused, and every refused line is listed. It holds
 * one batch at a time, whatever the size of the input. It trusts that events are idempotent by (source, messageId): a
 * batch whose answer was lost is sent again. When it is stopped or fails, what was acknowledged is written down, and the
 * same import goes on from there.
 */

import { stat } from "node:fs/promises";
import { GraphqlClient } from "../commands/client";
import { batches } from "./batches";
import {
  type Counts,
  findState,
  headOf,
  type ImportState,
  NOTHING_YET,
  removeState,
  saveState,
  targetOf,
} from "./import-state";
import type { LineCheck } from "./line-check";
import { type NumberedLine, numberedLines, type Place } from "./numbered-lines";
import type { CountsInWords, Progress, ProgressView } from "./progress";
import { RejectedFile } from "./rejected-file";
import { type ImportKind, sendBatch } from "./send-batch";
import type { SourceFile } from "./source-file";

/** Half of what a request may hold: larger ones are not faster. */
const BATCH_BYTES = 4_000_000;

export interface ImportOptions {
  readonly source: SourceFile;
  /** The address to POST to. */
  readonly url: string;
  readonly key: string;
  /** What the lines are; events, when left out. */
  readonly kind?: ImportKind;
  /** Reads the lines behind a place; by line ends, when left out. */
  readonly lines?: (from: Place, signal: AbortSignal) => AsyncIterable<NumberedLine>;
  /** What else than the server and the key an import that is gone on with must have in common, such as its mapping. */
  readonly manner?: string;
  readonly check: LineCheck;
  readonly batchSize: number;
  readonly statePath: string | undefined;
  readonly rejectedPath: string;
  readonly restart: boolean;
  /** Called once it is known where the import begins. */
  readonly progress: (start: ProgressView["start"], words?: CountsInWords) => Progress;
  /** Stops reading and waiting at once; a batch that is on its way is sent again the next time. */
  readonly signal: AbortSignal;
  readonly attempts?: number;
}

export interface ImportOutcome {
  readonly counts: Counts;
  /** Lines that this run dealt with. */
  readonly linesNow: number;
  readonly finished: boolean;
}

/** Throws Refused and Unreachable of the client; the state is saved then, too. */
export async function runImport(options: ImportOptions): Promise<ImportOutcome> {
  const target = targetOf(options.url, options.key, options.manner);
  const found = options.restart ? undefined : await resumable(options, target);
  const start = found ?? { offset: 0, line: 0, counts: NOTHING_YET, rejectedBytes: 0 };
  const progress = options.progress(start);
  if (found !== undefined) progress.say(`Going on after line ${found.line.toLocaleString("en-US")}`);
  const rejected = await RejectedFile.open(options.rejectedPath, start.rejectedBytes);
  const client = new GraphqlClient({
    url: options.url,
    key: options.key,
    attempts: options.attempts,
    onRetry: (reason, pause) => progress.say(`Waiting ${(pause / 1000).toFixed(1)} s: ${reason}`),
  });
  let counts = start.counts;
  let finished = false;
  try {
    const lines =
      options.lines?.(start, options.signal) ?? numberedLines(options.source.read(start.offset, options.signal), start);
    for await (const batch of batches(lines, options.check, { lines: options.batchSize, bytes: BATCH_BYTES })) {
      options.signal.throwIfAborted();
      const outcome = await sendBatch(client, options.kind ?? "events", batch.lines, options.signal);
      const refused = [...batch.refused, ...outcome.refused].sort((a, b) => a.line - b.line);
      await rejected.append(refused);
      counts = {
        lines: counts.lines + batch.lines.length + batch.refused.length,
        accepted: counts.accepted + outcome.accepted,
        duplicates: counts.duplicates + outcome.duplicates,
        refused: counts.refused + refused.length,
      };
      await remember(options, { ...batch.end, target, counts, rejectedBytes: rejected.bytes });
      progress.update(counts, batch.end.offset);
    }
    finished = true;
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    progress.stop();
    await rejected.close();
  }
  if (finished && options.statePath !== undefined) await removeState(options.statePath);
  return { counts, linesNow: counts.lines - start.counts.lines, finished };
}

async function resumable(options: ImportOptions, target: string): Promise<ImportState | undefined> {
  if (options.statePath === undefined || options.source.path === undefined) return undefined;
  const state = await findState(options.statePath, options.source.path, target);
  if (state === undefined || state.rejectedBytes === 0) return state;
  const listed = await stat(options.rejectedPath).catch(() => undefined);
  return listed !== undefined && listed.size >= state.rejectedBytes ? state : undefined;
}

async function remember(options: ImportOptions, state: Omit<ImportState, "head">): Promise<void> {
  if (options.statePath === undefined || options.source.path === undefined) return;
  await saveState(options.statePath, { ...state, head: await headOf(options.source.path, state.offset) });
}
