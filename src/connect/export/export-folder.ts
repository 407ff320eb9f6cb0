import { FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXPORT_SECTIONS, ExportSection } from "./export-section";

/** What stands beside the exported files: how far they are, and the cursor to go on from. */
export interface ExportState {
  readonly server: string;
  readonly sections: readonly ExportSection[];
  readonly cursor: string;
  /** Where the export goes on; null once it is finished. */
  readonly place: string | null;
  /** Whole lines, and their bytes, of each file. */
  readonly lines: Readonly<Record<string, number>>;
  readonly bytes: Readonly<Record<string, number>>;
  /** In how many pieces it came; of more than one the changes after the cursor have to be followed. */
  readonly pieces: number;
}

const STATE_FILE = "export.json";

/**
 * A folder with one file of NDJSON for each section. What the state names is whole; whatever an export that was killed
 * wrote behind it is cut off before the next one goes on.
 */
export class ExportFolder {
  private readonly files = new Map<ExportSection, FileHandle>();
  private readonly bytes: Record<string, number> = {};
  private readonly lines: Record<string, number> = {};

  private constructor(private readonly path: string) {}

  /** The state of the export in the folder, if there is one. */
  static async findState(path: string): Promise<ExportState | null> {
    try {
      return JSON.parse(await readFile(join(path, STATE_FILE), "utf8")) as ExportState;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new Error(`${join(path, STATE_FILE)} cannot be read; --restart begins anew`);
    }
  }

  /** Opens the files of a new export, empty, or those of one that goes on, cut to what is whole. */
  static async open(
    path: string,
    sections: readonly ExportSection[],
    state: ExportState | null,
  ): Promise<ExportFolder> {
    await mkdir(path, { recursive: true });
    const folder = new ExportFolder(path);
    for (const section of EXPORT_SECTIONS.filter((one) => sections.includes(one))) {
      const file = await open(join(path, `${section}.ndjson`), state === null ? "w" : "r+");
      folder.files.set(section, file);
      folder.bytes[section] = state?.bytes[section] ?? 0;
      folder.lines[section] = state?.lines[section] ?? 0;
      await file.truncate(folder.bytes[section]);
    }
    return folder;
  }

  get counts(): Readonly<Record<string, number>> {
    return this.lines;
  }

  async write(section: ExportSection, lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from(lines.join(""), "utf8");
    await this.files.get(section)!.write(bytes, 0, bytes.length, this.bytes[section]!);
    this.bytes[section]! += bytes.length;
    this.lines[section]! += lines.length;
  }

  /** Writes down how far the files are, once they are on the disk. */
  async save(state: Omit<ExportState, "lines" | "bytes">): Promise<void> {
    for (const file of this.files.values()) await file.datasync();
    const text = JSON.stringify({ ...state, lines: this.lines, bytes: this.bytes }, null, 2);
    const draft = join(this.path, `${STATE_FILE}.draft`);
    await writeFile(draft, `${text}\n`);
    await rename(draft, join(this.path, STATE_FILE));
  }

  async close(): Promise<void> {
    for (const file of this.files.values()) await file.close();
  }
}
