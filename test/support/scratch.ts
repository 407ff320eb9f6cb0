import { chmodSync, existsSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory, on Linux. To copy a database is to make a thousand files, which takes a second on a disk. */
const IN_MEMORY = "/dev/shm";
/** What all tests together leave room of, in bytes. */
const ROOM = 2 * 2 ** 30;

/** Where folders for PostgreSQL's files can be that need not outlive the machine: the better place first. */
export function scratchPlaces(): string[] {
  return existsSync(IN_MEMORY) && hasRoom(IN_MEMORY) ? [IN_MEMORY, tmpdir()] : [tmpdir()];
}

/** A folder that the server's user, another one when we are root, passes through. */
export function makeScratch(prefix: string): string {
  const folder = mkdtempSync(join(scratchPlaces()[0]!, prefix));
  chmodSync(folder, 0o711);
  return folder;
}

function hasRoom(place: string): boolean {
  const { bavail, bsize } = statfsSync(place);
  return bavail * bsize >= ROOM;
}
