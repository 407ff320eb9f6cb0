import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { canEnter, chooseOwner, Owner, ownerOf, runsAsRoot } from "./embedded-postgres-owner";

/** Where the data goes when the server's user cannot enter the folder that was asked for, such as one in root's home. */
const ELSEWHERE = "/var/lib/onefold";

/** In the folder that was asked for: the folder that holds the data in its place. */
const POINTER = "data-is-at";

/** The folder of one embedded server. */
export interface Place {
  readonly directory: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  /** The user to run the server as; null where it is the user of this process. */
  readonly owner: Owner | null;
}

/**
 * Finds or makes the folder that the data lives in: the one asked for, or, where the server's user cannot enter that,
 * one under /var/lib/onefold, which is then noted in the folder asked for.
 */
export function findPlace(dataDir: string): Place {
  const asked = makeFolder(resolve(dataDir));
  const pointer = join(asked, POINTER);
  const directory = existsSync(pointer) ? makeFolder(readFileSync(pointer, "utf8").trim()) : asked;
  const cluster = join(directory, "postgres");
  if (existsSync(cluster)) return { directory, cluster, owner: ownerOfCluster(cluster) };
  if (!runsAsRoot()) return { directory, cluster, owner: null };
  const owner = chooseOwner();
  if (canEnter(directory, owner)) return { directory, cluster, owner };
  const elsewhere = makeFolder(join(ELSEWHERE, createHash("sha256").update(asked).digest("hex").slice(0, 16)));
  writeFileSync(pointer, `${elsewhere}\n`);
  return { directory: elsewhere, cluster: join(elsewhere, "postgres"), owner };
}

/**
 * A random secret that stays with the data: made once, readable by the user of this process alone. Of several processes
 * that make it at once, all get the one that was first.
 */
export function keepSecret(path: string, make: () => string = () => randomBytes(32).toString("base64url")): string {
  if (!existsSync(path)) {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${make()}\n`, { mode: 0o600 });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft);
    }
  }
  return readFileSync(path, "utf8").trim();
}

function makeFolder(path: string): string {
  try {
    // As root, others may pass through to what is theirs, and list nothing.
    const made = mkdirSync(path, { recursive: true });
    if (made !== undefined) chmodSync(path, runsAsRoot() ? 0o711 : 0o700);
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`Onefold cannot keep its data in ${path} (${code}): choose another folder with ONEFOLD_DATA_DIR.`);
  }
}

function ownerOfCluster(cluster: string): Owner | null {
  const owner = ownerOf(cluster);
  if (owner.uid === process.getuid?.()) return null;
  if (runsAsRoot()) return owner;
  throw new Error(
    `The data in ${cluster} belongs to another user (uid ${owner.uid}): start Onefold as that user or as root, ` +
      "or choose another folder with ONEFOLD_DATA_DIR.",
  );
}
