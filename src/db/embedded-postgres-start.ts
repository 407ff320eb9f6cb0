import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { Binaries } from "./embedded-postgres-binaries";
import { serverEnvironment } from "./embedded-postgres-environment";
import { Place } from "./embedded-postgres-place";
import { findPostmaster, isAlive, Postmaster, removeForeignPidFile } from "./embedded-postgres-postmaster";
import { serverSettings } from "./embedded-postgres-settings";

/** How often the files of a starting server are looked at. */
const LOOK_EVERY_MS = 10;
/** A server that replays a long log after a crash stays in its starting state for so long at most. */
const READY_WITHIN_MS = 300_000;
/** What the log says when it can be tried again: another starts it, the last one's memory lingers, the port is gone. */
const PASSING =
  /lock file "postmaster\.pid" already exists|pre-existing shared memory block|could not (bind|create any TCP)/;
const PASSING_FOR_MS = 10_000;
const LOG_KEPT_BYTES = 10_000_000;

export interface Running extends Postmaster {
  /** It ran already: an earlier process of ours left it behind. */
  readonly attached: boolean;
}

/**
 * Answers with the server that runs on the cluster, starting it where none does. The server gets a session of its own:
 * Ctrl-C at the terminal is for us, who let the open requests finish before we stop it.
 */
export async function bringUp(
  place: Place,
  binaries: Binaries,
  throwAway: boolean,
  preferredPort = 0,
): Promise<Running> {
  const began = Date.now();
  let port = preferredPort;
  for (;;) {
    const found = findPostmaster(place.cluster);
    if (found) {
      const ready = await waitUntilReady(place.cluster);
      if (ready) return { ...ready, attached: true };
      continue;
    }
    removeForeignPidFile(place.cluster);
    const logged = logSize(place);
    const hasEnded = spawnServer(place, binaries, serverSettings(port || (await freePort()), throwAway));
    const ready = await waitUntilReady(place.cluster, hasEnded);
    if (ready) return { ...ready, attached: false };
    const said = readFileSync(logOf(place), "utf8").slice(logged).trim();
    if (!PASSING.test(said) || Date.now() - began > PASSING_FOR_MS) {
      throw new Error(
        `The embedded PostgreSQL did not start. Its log ${logOf(place)} ends with:\n${said.slice(-2000)}`,
      );
    }
    port = 0;
    await pause(10 * LOOK_EVERY_MS);
  }
}

/** Resolves when the process is gone, zombies aside; false when that takes longer than the time given. */
export async function waitUntilGone(pid: number, withinMs: number): Promise<boolean> {
  for (const began = Date.now(); isAlive(pid); await pause(LOOK_EVERY_MS)) {
    if (Date.now() - began > withinMs) return false;
  }
  return true;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Null when the server ended before it was ready. */
async function waitUntilReady(cluster: string, hasEnded?: () => boolean): Promise<Postmaster | null> {
  for (const began = Date.now(); Date.now() - began < READY_WITHIN_MS; await pause(LOOK_EVERY_MS)) {
    const found = findPostmaster(cluster);
    if (found?.ready) return found;
    if (hasEnded ? hasEnded() : !found) return null;
  }
  throw new Error(`The embedded PostgreSQL in ${cluster} was not ready within ${READY_WITHIN_MS / 1000} seconds.`);
}

/** Answers with a function that tells whether the process has ended, or never began. */
function spawnServer(place: Place, binaries: Binaries, settings: readonly string[]): () => boolean {
  const log = logOf(place);
  if (logSize(place) > LOG_KEPT_BYTES) renameSync(log, `${log}.1`);
  const output = openSync(log, "a", 0o600);
  try {
    const child = spawn(binaries.postgres, ["-D", place.cluster, ...settings], {
      ...place.owner,
      cwd: "/",
      env: serverEnvironment(),
      detached: true,
      stdio: ["ignore", output, output],
    });
    let ended = false;
    const end = () => {
      ended = true;
    };
    child.once("exit", end).once("error", end).unref();
    return () => ended;
  } finally {
    closeSync(output);
  }
}

function logOf(place: Place): string {
  return join(place.directory, "postgres.log");
}

function logSize(place: Place): number {
  return existsSync(logOf(place)) ? statSync(logOf(place)).size : 0;
}

/** A port that was free a moment ago: when another takes it first, the server says so and gets the next one. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
