import { spawnSync } from "node:child_process";
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { serverEnvironment } from "./embedded-postgres-environment";
import { Owner } from "./embedded-postgres-owner";
import { Place } from "./embedded-postgres-place";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's programs in a state in which the server's user can run them: those of the npm package where that works,
 * or else a copy beside the data. Package managers that run no install scripts leave the package's library links out,
 * and a checkout in root's home is closed to the server's user.
 */
export function prepareBinaries(place: Place, original = findPackage()): Binaries {
  if (linkLibraries(original)) {
    const binaries = binariesOf(original);
    if (attempt(binaries, place.owner) === null) return binaries;
  }
  const { version } = JSON.parse(readFileSync(join(original, "package.json"), "utf8")) as { version: string };
  const copy = join(place.directory, `binaries-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) copyPackage(original, copy);
  const failure = attempt(binariesOf(copy), place.owner);
  if (failure === null) return binariesOf(copy);
  throw new Error(
    `The embedded PostgreSQL does not run on this machine (${failure}): it needs Linux with glibc, or macOS. ` +
      "Set DATABASE_URL to use a PostgreSQL server of yours.",
  );
}

/** The folder of the installed package with the programs for this machine. */
export function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const library = dirname(require.resolve("embedded-postgres"));
    return dirname(dirname(require.resolve(name, { paths: [library, __dirname] })));
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}, or it was not installed ` +
        `(${name} is an optional dependency): set DATABASE_URL to use a PostgreSQL server of yours.`,
    );
  }
}

function binariesOf(folder: string): Binaries {
  return { initdb: join(folder, "native/bin/initdb"), postgres: join(folder, "native/bin/postgres") };
}

/** Makes the library links that the package lists. Answers false where the folder cannot be written. */
function linkLibraries(folder: string): boolean {
  const list = join(folder, "native/pg-symlinks.json");
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    try {
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
        symlinkSync(relative(dirname(path), join(folder, source)), path);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      if (code !== "EEXIST") throw error;
    }
  }
  return true;
}

/** Runs the server as its user far enough to prove that it and its libraries load. Answers with what went wrong. */
function attempt(binaries: Binaries, owner: Owner | null): string | null {
  const { status, error, stderr } = spawnSync(binaries.postgres, ["--version"], {
    ...owner,
    cwd: "/",
    env: serverEnvironment(),
    encoding: "utf8",
  });
  if (status === 0) return null;
  return (error as NodeJS.ErrnoException | undefined)?.code ?? stderr.trim().split("\n")[0] ?? `status ${status}`;
}

/** Under another name first: a copy that was cut off must not be taken for a whole one. */
function copyPackage(original: string, copy: string): void {
  const draft = mkdtempSync(`${copy}-`);
  cpSync(original, draft, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  linkLibraries(draft);
  openToAll(draft);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(copy)) throw error;
  }
}

/** An installation under a strict umask is closed to the server's user. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === "bin" ? 0o755 : 0o644);
  }
}
