import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port";
import { listening, withSystemPrograms } from "./system-program";

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
