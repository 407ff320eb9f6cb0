/**
 * What is kept of an import that is not finished, so that the next one goes on where it stopped.
 *
 * It promises: after a stop at any moment, also by `kill -9` or a power failure, at most the batches not yet written
 * down are sent again, which changes nothing because events are idempotent. It trusts the digest to recognise the file:
 * when the part that was read has another head now, or the server or the key is another, the import begins anew.
 */

import { createHash } from "node:crypto";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Place } from "./numbered-lines";

export interface Counts {
  readonly lines: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
}

export interface ImportState extends Place {
  /** Which server and key this import speaks to, and the head of its file. */
  readonly target: string;
  readonly head: string;
  readonly counts: Counts;
  /** The length of the file of refused lines; what lies beyond belongs to a batch that will come again. */
  readonly rejectedBytes: number;
}

export const NOTHING_YET: Counts = { lines: 0, accepted: 0, duplicates: 0, refused: 0 };

const HEAD_BYTES = 65_536;

/** A digest, so that the file tells nobody the key. */
export function targetOf(url: string, key: string, manner = ""): string {
  const whole = manner === "" ? `${url}\0${key}` : `${url}\0${key}\0${manner}`;
  return createHash("sha256").update(whole).digest("hex").slice(0, 32);
}

/** A digest of what was read of the file, at most of its first 64 KB: a file that has grown since is still the same. */
export async function headOf(path: string, offset: number): Promise<string> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(Math.min(offset, HEAD_BYTES));
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return createHash("sha256").update(head.subarray(0, bytesRead)).digest("hex");
  } finally {
    await file.close();
  }
}

/** The state of an import of this file to this target, or undefined when there is none that still fits. */
export async function findState(statePath: string, path: string, target: string): Promise<ImportState | undefined> {
  const state = await readState(statePath);
  if (state === undefined || state.target !== target) return undefined;
  return (await headOf(path, state.offset)) === state.head ? state : undefined;
}

/** Replaces the state as a whole: a reader finds the old one or the new one. */
export async function saveState(statePath: string, state: ImportState): Promise<void> {
  await writeFile(`${statePath}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  await rename(`${statePath}.new`, statePath);
}

export async function removeState(statePath: string): Promise<void> {
  await rm(statePath, { force: true });
}

async function readState(statePath: string): Promise<ImportState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(statePath, "utf8"));
    return isState(state) ? state : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isState(value: unknown): value is ImportState {
  const state = value as Partial<ImportState> | null;
  if (typeof state !== "object" || state === null || typeof state.counts !== "object") return false;
  return (
    typeof state.target === "string" &&
    typeof state.head === "string" &&
    [state.offset, state.line, state.rejectedBytes, ...Object.values(state.counts ?? {})].every(
      (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    )
  );
}
