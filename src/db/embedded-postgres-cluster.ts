import { spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Binaries } from "./embedded-postgres-binaries";
import { serverEnvironment } from "./embedded-postgres-environment";
import { Place } from "./embedded-postgres-place";

/** The name of the cluster's superuser. */
export const SUPERUSER = "onefold";

const DRAFT = "making-";

/**
 * Makes the cluster unless there is one. It is made under another name and renamed when it is whole: an attempt that was
 * cut off is never taken for a cluster, and of two attempts at once one wins.
 */
export async function makeCluster(place: Place, binaries: Binaries, password: string, sync: boolean): Promise<void> {
  if (existsSync(join(place.cluster, "PG_VERSION"))) return;
  const draft = mkdtempSync(join(place.directory, DRAFT));
  const passwordFile = join(draft, "password");
  const data = join(draft, "data");
  try {
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (place.owner) {
      for (const path of [draft, data, passwordFile]) chownSync(path, place.owner.uid, place.owner.gid);
    }
    await runInitdb(place, binaries, data, passwordFile, sync);
    renameSync(data, place.cluster);
  } catch (error) {
    if (!existsSync(join(place.cluster, "PG_VERSION"))) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes what attempts that were cut off have left. For the owner of the running server, when nobody makes one. */
export function clearDrafts(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(DRAFT)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

/** Encoding and collation are spelled out: with LANG unset initdb would make an SQL_ASCII cluster. */
function runInitdb(place: Place, binaries: Binaries, data: string, passwordFile: string, sync: boolean): Promise<void> {
  const options = [
    ...[`--pgdata=${data}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
    ...["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"],
    ...(sync ? [] : ["--no-sync"]),
  ];
  const child = spawn(binaries.initdb, options, {
    ...place.owner,
    cwd: "/",
    env: serverEnvironment(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`PostgreSQL's data directory could not be made: ${output.trim()}`));
    });
  });
}

/** A cluster is read only by programs of its own major version. */
export function refuseOtherVersion(cluster: string, major: string): void {
  const found = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  if (found === major) return;
  throw new Error(
    `The data in ${cluster} was written by PostgreSQL ${found} and this Onefold brings PostgreSQL ${major}: ` +
      "dump it with the version that wrote it and restore it into a new folder.",
  );
}

/** The number that initdb gave the cluster, unlike any other's: the first eight bytes of its control file. */
export function systemIdentifier(cluster: string): string {
  const control = readFileSync(join(cluster, "global/pg_control"));
  return control.readBigUInt64LE(0).toString();
}
