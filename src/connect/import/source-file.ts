import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, mkdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";

/** The input of an import, opened at any place of it. */
export interface SourceFile {
  /** How the input is named in messages, and the files beside it after it. */
  readonly name: string;
  /** Both undefined for standard input and other pipes, which can be read only once and from their start. */
  readonly path: string | undefined;
  readonly size: number | undefined;
  /** When it was last written; of what is no file, when it was opened. */
  readonly writtenAt: Date;
  /** Ends with an AbortError when the signal says so. */
  read(offset: number, signal: AbortSignal): AsyncIterable<Buffer>;
}

/** Throws an error with words for the user when there is no such file. */
export async function openSource(input: string, stdin: Readable): Promise<SourceFile> {
  if (input === "-") {
    const read = (_offset: number, signal: AbortSignal): Readable => addAbortSignal(signal, stdin);
    return { name: "standard input", path: undefined, size: undefined, writtenAt: new Date(), read };
  }
  const path = resolve(input);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new Error(`There is no file ${input}`);
  if (found.isDirectory()) throw new Error(`${input} is a folder`);
  const highWaterMark = 256 * 1024;
  if (!found.isFile()) {
    const read = (_offset: number, signal: AbortSignal): Readable => createReadStream(path, { highWaterMark, signal });
    return { name: input, path: undefined, size: undefined, writtenAt: new Date(), read };
  }
  return {
    name: basename(path),
    path,
    size: found.size,
    writtenAt: found.mtime,
    read: (offset, signal) => createReadStream(path, { start: offset, highWaterMark, signal }),
  };
}

/**
 * Where the state of an import is kept: beside its file, or with the data when that folder takes no new files.
 * Undefined for an input that cannot be read again.
 */
export async function statePathOf(source: SourceFile, dataDir: string): Promise<string | undefined> {
  if (source.path === undefined) return undefined;
  const folder = dirname(source.path);
  if (await isWritable(folder)) return `${source.path}.onefold-import`;
  const name = createHash("sha256").update(source.path).digest("hex").slice(0, 16);
  await mkdir(join(dataDir, "imports"), { recursive: true });
  return join(dataDir, "imports", `${source.name}-${name}.onefold-import`);
}

/** Where a list of lines goes when the user names no file: beside the input, or into the working directory. */
export async function listPathOf(source: SourceFile, list: "rejected" | "preview"): Promise<string> {
  if (source.path === undefined) return resolve(`onefold-import.${list}.ndjson`);
  const folder = dirname(source.path);
  return join((await isWritable(folder)) ? folder : process.cwd(), `${source.name}.${list}.ndjson`);
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
