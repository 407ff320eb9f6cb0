import { once } from "node:events";
import { Writable } from "node:stream";
import { ExportFolder, ExportState } from "./export-folder";
import { ExportSection } from "./export-section";
import { ExportSource, exportPieces } from "./export-stream";

/** How often, in milliseconds, it is written down how far the files are. */
const SAVED_EVERY_MS = 1_000;

export interface ExportOptions extends Pick<ExportSource, "url" | "key" | "sections" | "signal" | "onRetry"> {
  /** Called as lines come in, with all so far. */
  readonly onLines: (counts: Readonly<Record<string, number>>) => void;
}

export interface ExportOutcome {
  readonly cursor: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly pieces: number;
  readonly finished: boolean;
}

/**
 * Writes an export to a folder, going on where an earlier one was cut off.
 *
 * Promises: each line is there once; when it is stopped, killed or cut off, what is written down is whole, and the same
 * command goes on from there. Trusts the state file to belong to the folder's files.
 *
 * @param state what `ExportFolder.findState` found; null begins anew
 */
export async function exportToFolder(
  path: string,
  options: ExportOptions,
  state: ExportState | null,
): Promise<ExportOutcome> {
  const { url: server, sections } = options;
  const folder = await ExportFolder.open(path, sections, state);
  let cursor = state?.cursor ?? "";
  let place: string | null = state?.place ?? "";
  let pieces = (state?.pieces ?? 0) + 1;
  let saved = 0;
  const save = () => folder.save({ server, sections, cursor, place, pieces });
  try {
    for await (const piece of exportPieces({
      ...options,
      resume: state?.place ? { place: state.place, cursor } : null,
      onCursor: (first) => {
        cursor = first;
      },
      onRetry: (reason, pause) => {
        if (place !== "") pieces += 1;
        options.onRetry(reason, pause);
      },
    })) {
      for (const [section, lines] of piece.lines) await folder.write(section, lines);
      place = piece.place;
      options.onLines(folder.counts);
      if (place !== null && Date.now() - saved < SAVED_EVERY_MS) continue;
      await save();
      saved = Date.now();
    }
  } catch (error) {
    if (place !== "") await save();
    if (!options.signal.aborted) throw error;
  } finally {
    await folder.close();
  }
  return { cursor, counts: folder.counts, pieces, finished: place === null };
}

/** Writes an export to a stream, such as standard output: what was cut off on the way goes on, but not in another run. */
export async function exportToStream(out: Writable, options: ExportOptions): Promise<ExportOutcome> {
  const counts: Record<ExportSection | string, number> = {};
  let cursor = "";
  let pieces = 1;
  let finished = false;
  const put = async (text: string): Promise<void> => {
    if (!out.write(text)) await once(out, "drain", { signal: options.signal });
  };
  try {
    for await (const piece of exportPieces({
      ...options,
      resume: null,
      onCursor: (first) => {
        cursor = first;
      },
      onRetry: (reason, pause) => {
        if (Object.keys(counts).length > 0) pieces += 1;
        options.onRetry(reason, pause);
      },
    })) {
      for (const [section, lines] of piece.lines) {
        await put(lines.join(""));
        counts[section] = (counts[section] ?? 0) + lines.length;
      }
      options.onLines(counts);
      finished = piece.place === null;
    }
    await put(`${JSON.stringify({ type: "end", cursor, counts, pieces })}\n`);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
  return { cursor, counts, pieces, finished };
}
