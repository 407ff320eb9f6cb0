import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, readConfig } from "../../config";
import { type Endpoint, endpointOf } from "../pipeline/endpoint";

/** The server a command speaks to, and as whom. */
export interface Target extends Endpoint {
  readonly key: string;
  readonly dataDir: string;
}

export interface TargetFlags {
  readonly url?: string;
  readonly key?: string;
}

/** Kept with the data by a server that made its own operator key. */
const KEY_FILE = "operator-key";

/** Names the folder of the data where it could not stay in the folder that was asked for. */
const POINTER = "data-is-at";

/**
 * Finds out where to send and with which key: what the flags say, then ONEFOLD_KEY, then what a server on this machine
 * with the same environment was started with: its PORT, its ONEFOLD_ADMIN_KEY or the key it keeps with its data.
 *
 * Throws an error with words for the user when there is no key, and ConfigError when the environment cannot be read.
 */
export async function findTarget(flags: TargetFlags, environment: NodeJS.ProcessEnv): Promise<Target> {
  const config = readConfig(environment);
  const endpoint = endpointOf(flags.url ?? `http://127.0.0.1:${config.port || 4000}`);
  const key = flags.key ?? (environment.ONEFOLD_KEY?.trim() || config.adminKey || (await keptKey(config)));
  if (!key) {
    throw new Error(
      "There is no API key. Give one with --key or in ONEFOLD_KEY; a server on this machine prints its key at the start.",
    );
  }
  return { ...endpoint, key, dataDir: config.dataDir };
}

async function keptKey({ dataDir }: Config): Promise<string | undefined> {
  const elsewhere = await readIfThere(join(dataDir, POINTER));
  return readIfThere(join(elsewhere ?? dataDir, KEY_FILE));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
    throw error;
  }
}
