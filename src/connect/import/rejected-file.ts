import { type FileHandle, open, rm, truncate } from "node:fs/promises";
import type { Refusal } from "./refusal";

/** The list of refused lines, NDJSON. The file comes into being with the first of them. */
export class RejectedFile {
  private handle: FileHandle | undefined;

  private constructor(
    readonly path: string,
    private length: number,
  ) {}

  /** Goes on after the first `length` bytes of an earlier list; with 0 an earlier list is removed. */
  static async open(path: string, length: number): Promise<RejectedFile> {
    if (length === 0) await rm(path, { force: true });
    else await truncate(path, length);
    return new RejectedFile(path, length);
  }

  get bytes(): number {
    return this.length;
  }

  async append(refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return;
    this.handle ??= await open(this.path, "a", 0o600);
    const text = Buffer.from(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(""));
    await this.handle.write(text);
    this.length += text.length;
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }
}
