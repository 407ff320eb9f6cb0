import { execFileSync } from "node:child_process";
import { existsSync, linkSync, readFileSync, readlinkSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** A running server, as its postmaster.pid tells it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/**
 * The server that runs on this data directory, or null. A postmaster.pid proves nothing by itself: it may be left from a
 * crash, its number may belong to another program by now, and it may have come along with a copy of the folder.
 */
export function findPostmaster(cluster: string): Postmaster | null {
  const file = readLines(join(cluster, "postmaster.pid"));
  const pid = Number(file[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid) || !isPostmasterOf(pid, cluster)) return null;
  return { pid, port: Number(file[3]), ready: file[7]?.trim() === "ready" };
}

/**
 * Takes a postmaster.pid away whose number belongs to another living program: PostgreSQL would take that for a server
 * and refuse to start. One whose number is dead PostgreSQL takes over by itself.
 */
export function removeForeignPidFile(cluster: string): void {
  const path = join(cluster, "postmaster.pid");
  const before = readLines(path);
  if (before.length === 0 || !isAlive(Number(before[0])) || findPostmaster(cluster) !== null) return;
  const aside = join(cluster, `postmaster.pid.${process.pid}`);
  renameSync(path, aside);
  // Between reading and renaming, another process may have started the server: then its file goes back.
  if (readLines(aside)[0] !== before[0]) linkSync(aside, path);
  rmSync(aside);
}

/** Whether a process runs under this number. One that has ended and was not collected by its parent does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !/^State:\s+Z/m.test(readText(`/proc/${pid}/status`));
}

/** Throws where it cannot be told: two servers on one data directory would destroy it. */
function isPostmasterOf(pid: number, cluster: string): boolean {
  const words = commandOf(pid);
  if (!/^postgres(\.exe)?$/.test(basename(words[0] ?? ""))) return false;
  const folder = workingFolder(pid) ?? words[words.indexOf("-D") + 1];
  const there = folder === undefined ? undefined : statSync(folder, { throwIfNoEntry: false });
  const here = statSync(cluster);
  if (there) return there.dev === here.dev && there.ino === here.ino;
  throw new Error(
    `Process ${pid} is a PostgreSQL server that may run on ${cluster}: stop it before you start Onefold.`,
  );
}

function commandOf(pid: number): string[] {
  if (existsSync("/proc/self/cmdline")) return readText(`/proc/${pid}/cmdline`).split("\0");
  return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" })
    .trim()
    .split(" ");
}

/** A server's working folder is its data directory. Unreadable where /proc is missing or closed to us. */
function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function readLines(path: string): string[] {
  const text = readText(path);
  return text === "" ? [] : text.split("\n");
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw error;
  }
}
