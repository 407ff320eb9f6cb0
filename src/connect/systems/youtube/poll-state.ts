import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";

/** What is kept between two runs, so that the next one asks only for what is new. */
export interface PollState {
  /** Whose comments went to which server. */
  readonly target: string;
  /** By the id of a thread, the version that the server has taken; those met last come last. */
  readonly threads: ReadonlyMap<string, string>;
  /** Where older threads go on that no run has reached yet. */
  readonly resumeAt?: string;
}

/** Threads that are remembered: those beyond are asked for again when they come up, and are duplicates then. */
const THREADS_MAX = 5000;

const shape = z.object({
  target: z.string(),
  threads: z.array(z.tuple([z.string(), z.string()])),
  resumeAt: z.string().optional(),
});

/** The state for this target; an empty one when there is none that fits. */
export async function readPollState(path: string, target: string): Promise<PollState> {
  const nothing: PollState = { target, threads: new Map() };
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const { data } = shape.safeParse(jsonOf(text));
  return data?.target === target ? { ...data, threads: new Map(data.threads) } : nothing;
}

/** Replaces the state as a whole: a reader finds the old one or the new one. */
export async function savePollState(path: string, state: PollState): Promise<void> {
  const threads = [...state.threads].slice(-THREADS_MAX);
  await writeFile(`${path}.new`, `${JSON.stringify({ ...state, threads })}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
