import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded-postgres";
import { isAlive } from "../../src/db/embedded-postgres-postmaster";
import { migrate } from "../../src/db/migrate";
import { makeScratch } from "./scratch";

/** A PostgreSQL server for tests that do to it what no other test would survive, and that keeps what it acknowledged. */
export interface PostgresOfOnesOwn {
  /** The owner's connection string, of a migrated database. */
  readonly url: string;
  /**
   * Ends the server at once, connections and all, or in good order; it is started again on the same port. Resolves when
   * the old one has gone.
   */
  restart(how: "SIGQUIT" | "SIGINT"): Promise<void>;
  close(): Promise<void>;
}

export async function startPostgresOfOnesOwn(): Promise<PostgresOfOnesOwn> {
  const folder = makeScratch(`onefold-test-${process.pid}-own-`);
  const log = pino({ level: "silent" });
  const server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir: join(folder, "data"), log });
  await migrate(server.url);
  return {
    url: server.url,
    async restart(how) {
      const { pid } = server;
      process.kill(pid, how);
      while (isAlive(pid)) await pause(10);
    },
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
