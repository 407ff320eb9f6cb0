import { ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port";

/** Why a program cannot be used here, or null when it can. */
export function missing(program: string): string | null {
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore", env: withSystemPrograms() });
  return error === undefined ? null : `${program} is not installed: its tests are skipped`;
}

export interface PgBouncer {
  /** The same database by way of the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** PgBouncer in transaction mode in front of a database: each transaction gets whichever connection is free. */
export async function startPgBouncer(url: string): Promise<PgBouncer> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const folder = mkdtempSync(join(tmpdir(), "onefold-pgbouncer-"));
  const listenPort = await freePort();
  const database = pathname.slice(1);
  writeFileSync(
    join(folder, "pgbouncer.ini"),
    `[databases]
${database} = host=${hostname} port=${port} dbname=${database} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
auth_type = any
pool_mode = transaction
default_pool_size = 6
unix_socket_dir =
`,
  );
  // It refuses to run as root.
  chmodSync(folder, 0o755);
  const owner = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn("pgbouncer", [join(folder, "pgbouncer.ini")], {
    ...owner,
    stdio: "ignore",
    env: withSystemPrograms(),
  });
  await listening(listenPort, child);
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String(listenPort);
  return {
    url: through.href,
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps servers where a person's PATH does not lead. */
export function withSystemPrograms(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
}

/** Resolves when someone listens on the port. */
export async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    const socket = connect(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await pause(20);
  }
}
