import { join } from "node:path";
import { Client } from "pg";
import { Logger } from "pino";
import { Binaries, prepareBinaries } from "./embedded-postgres-binaries";
import { claimServer, urlOf } from "./embedded-postgres-claim";
import { clearDrafts, makeCluster, refuseOtherVersion } from "./embedded-postgres-cluster";
import { findPlace, keepSecret, Place } from "./embedded-postgres-place";
import { findPostmaster } from "./embedded-postgres-postmaster";
import { bringUp, pause, Running, waitUntilGone } from "./embedded-postgres-start";

/** The major version of the programs that the package brings. */
const MAJOR = "18";
const DATABASE = "onefold";
const SHUTDOWN_WITHIN_MS = 30_000;

export interface EmbeddedPostgresOptions {
  /** The folder to keep the data in; see `EmbeddedPostgres.directory` for where it is. */
  readonly dataDir: string;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  /** For tests: nothing survives a crash of the machine. */
  readonly throwAway?: boolean;
  /** Called when the server ended by itself and could not be started again. */
  readonly onLost?: (error: Error) => void;
}

export interface EmbeddedPostgres {
  /** The superuser's, with the password, for the database `onefold`. */
  readonly url: string;
  /** Where the data is: the folder asked for, or the one that stands in for it. */
  readonly directory: string;
  /** The server was running already, left behind by a process that was killed. */
  readonly attached: boolean;
  /** The server's process. */
  readonly pid: number;
  /** Ends the server, connections included, and resolves when no process of it is left. */
  stop(): Promise<void>;
  /** Ends the server without waiting for anything: what it had not written down it takes from its log at the next start. */
  kill(): void;
}

/**
 * The PostgreSQL server that Onefold brings along, for machines that have none.
 *
 * Promises: one server per data directory and one Onefold process per server; data outlives both, and what PostgreSQL
 * acknowledged outlives even the power cord. A server that a killed process left behind is taken over, never doubled.
 * After `stop` no process is left. The server listens on the loopback address only and asks for a password that is kept
 * beside the data.
 * Trusts: that the data directory is on a disk of this machine, and root or the user who owns it.
 * On failure: throws with words that tell what to do. A server that ends by itself is started again on the same port;
 * where that fails, `onLost` is called.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = findPlace(options.dataDir);
  const password = keepSecret(join(place.directory, "postgres-password"));
  const binaries = prepareBinaries(place);
  await makeCluster(place, binaries, password, !options.throwAway);
  refuseOtherVersion(place.cluster, MAJOR);
  const supervisor = new Supervisor(place, binaries, password, options);
  return supervisor.start();
}

class Supervisor {
  private stopping = false;
  private running: Running | undefined;
  private claim: Client | undefined;

  constructor(
    private readonly place: Place,
    private readonly binaries: Binaries,
    private readonly password: string,
    private readonly options: EmbeddedPostgresOptions,
  ) {}

  async start(): Promise<EmbeddedPostgres> {
    const running = await this.own();
    try {
      clearDrafts(this.place.directory);
      await createDatabase(this.claim!);
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (running.attached) {
      this.options.log.warn(
        { pid: running.pid },
        "took over the PostgreSQL server that an earlier process left running",
      );
    }
    const supervisor = this;
    return {
      url: urlOf(running.port, this.password, DATABASE),
      directory: this.place.directory,
      attached: running.attached,
      get pid() {
        return supervisor.running!.pid;
      },
      stop: () => this.stop(),
      kill: () => this.kill(),
    };
  }

  /** Brings the server up and claims it, over again for as long as one is seen going away. */
  private async own(port?: number): Promise<Running> {
    for (;;) {
      const running = await bringUp(this.place, this.binaries, this.options.throwAway ?? false, port);
      const claim = await claimServer(this.place.cluster, running.port, this.password).catch(async (error: Error) => {
        if (!running.attached) await this.end();
        throw error;
      });
      if (!claim) {
        await pause(50);
        continue;
      }
      claim.once("end", () => void this.recover());
      this.running = running;
      this.claim = claim;
      return running;
    }
  }

  private async recover(): Promise<void> {
    if (this.stopping) return;
    const { port } = this.running!;
    this.options.log.error("the embedded PostgreSQL server ended by itself; starting it again");
    try {
      const running = await this.own(port);
      if (running.port !== port) throw new Error("The embedded PostgreSQL server could not have its port back.");
      if (this.stopping) await this.end();
    } catch (error) {
      this.options.onLost?.(error as Error);
    }
  }

  private async stop(): Promise<void> {
    this.stopping = true;
    await this.end();
  }

  private kill(): void {
    this.stopping = true;
    const found = findPostmaster(this.place.cluster);
    if (found) process.kill(found.pid, "SIGQUIT");
  }

  private async end(): Promise<void> {
    const found = findPostmaster(this.place.cluster);
    if (!found) return;
    // SIGINT is PostgreSQL's fast shutdown: sessions end, what they had committed is written down. SIGQUIT leaves the
    // writing down to the next start.
    for (const signal of ["SIGINT", "SIGQUIT"] as const) {
      process.kill(found.pid, signal);
      if (await waitUntilGone(found.pid, SHUTDOWN_WITHIN_MS)) return;
    }
    throw new Error(`The embedded PostgreSQL server (process ${found.pid}) does not end.`);
  }
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_database where datname = $1", [DATABASE]);
  if (rowCount === 0) await client.query(`create database ${DATABASE}`);
}
