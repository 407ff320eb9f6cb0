import { join } from "node:path";
import { Logger } from "pino";
import { DEFAULT_TENANT_ID, newSecret } from "./access/secret";
import { Config } from "./config";
import { EmbeddedPostgres, startEmbeddedPostgres } from "./db/embedded-postgres";
import { keepSecret } from "./db/embedded-postgres-place";
import { createLog } from "./log";

/** `npm start` hands on a Ctrl-C that the terminal has already sent to us: signals this close together are one. */
const SAME_SIGNAL_MS = 1_000;

/**
 * The life of the process.
 *
 * Promises: nothing is listened on before everything behind it stands; the first SIGTERM or SIGINT, at whatever moment,
 * takes down what stands in the opposite order (no new connections, open requests answered, sockets closed with a code,
 * the pool, the embedded server) and leaves no process; a second one waits for nothing.
 * Trusts: that `kill -9` needs no help from us: what was acknowledged is on disk, and the next start takes over the
 * embedded server that was left behind.
 * On failure: words that say what to do, exit code 1, and the same way down.
 */
export async function serve(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  const life = new Life(log);
  life.obeySignals();
  try {
    await start(config, log, life);
  } catch (error) {
    if (!life.isEnding) {
      log.debug({ err: error }, "the start failed");
      process.stderr.write(`Onefold cannot start. ${inWords(error as Error, config)}\n`);
    }
    await life.end(1);
  }
}

async function start(config: Config, log: Logger, life: Life): Promise<void> {
  const opening = config.databaseUrl === null ? life.open(() => openPostgres(config, log, life)) : null;
  opening?.catch(() => undefined);
  // Loading the code takes about as long as making a new data directory does: they go on side by side.
  const { migrate, refuseOtherSchema } = require("./db/migrate") as typeof import("./db/migrate");
  const { openApp } = require("./app") as typeof import("./app");
  const postgres = await opening;
  const databaseUrl = postgres?.url ?? config.databaseUrl!;
  await (postgres ? migrate(databaseUrl) : refuseOtherSchema(databaseUrl));
  const keyFile = postgres && config.adminKey === null ? join(postgres.directory, "operator-key") : null;
  const adminKey = keyFile ? keepSecret(keyFile, () => newSecret(DEFAULT_TENANT_ID)) : config.adminKey;
  const secretsKeys = postgres && config.secretsKeys.length === 0 ? [keptSecretsKey(postgres)] : config.secretsKeys;
  const settings = { ...config, secretsKeys };
  const app = await life.open(() => openApp({ config: settings, databaseUrl, adminKey, log }));
  process.stdout.write(greeting(app.port, databaseUrl, postgres, keyFile && adminKey, keyFile));
}

/** Beside the data that it seals, as everything else of the embedded server is. */
function keptSecretsKey({ directory }: EmbeddedPostgres): Buffer {
  return Buffer.from(keepSecret(join(directory, "secrets-key")), "base64url");
}

async function openPostgres(config: Config, log: Logger, life: Life): Promise<EmbeddedPostgres & Closable> {
  const onLost = (error: Error): void => {
    log.fatal({ err: error }, "the embedded PostgreSQL server is lost");
    void life.end(1);
  };
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log, onLost });
  return Object.assign(postgres, { close: () => postgres.stop() });
}

/** Failures of the network say what failed, not what to do about it. */
function inWords(error: Error, config: Config): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return `Port ${config.port} is taken: stop what listens there, or choose another with PORT.`;
  if (code === "EACCES" && config.port < 1024)
    return `Port ${config.port} is for root alone: choose another with PORT.`;
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "ETIMEDOUT") {
    return `The PostgreSQL server that DATABASE_URL names does not answer (${code}).`;
  }
  return error.message;
}

function greeting(
  port: number,
  databaseUrl: string,
  postgres: EmbeddedPostgres | null,
  madeKey: string | null,
  keyFile: string | null,
): string {
  const { host, hostname, port: databasePort, pathname } = new URL(databaseUrl);
  const data = postgres
    ? `${postgres.directory} (embedded PostgreSQL on ${hostname}:${databasePort})`
    : `PostgreSQL at ${host}${pathname}`;
  const key = madeKey
    ? `${madeKey}\n           OPERATOR, kept in ${keyFile}`
    : "the one in ONEFOLD_ADMIN_KEY, or any other API key";
  return `
Onefold is ready.

  API      http://localhost:${port}/graphql (WebSocket: ws://localhost:${port}/graphql)
  Try it   http://localhost:${port}/graphiql
  Key      ${key}
  Data     ${data}

Stop with Ctrl-C.
`;
}

interface Closable {
  close(): Promise<void>;
  /** For what would outlive this process: ends it at once. */
  kill?(): void;
}

/** What stands and in which order, so that the end can take it down from wherever the start has come to. */
class Life {
  private readonly standing: Closable[] = [];
  private opening: Promise<unknown> = Promise.resolve();
  private endingSince: number | undefined;

  constructor(private readonly log: Logger) {}

  get isEnding(): boolean {
    return this.endingSince !== undefined;
  }

  /** @throws Error when the end has begun meanwhile; what was opened is then closed with the rest */
  async open<T extends Closable>(make: () => Promise<T>): Promise<T> {
    const opening = make().then((made) => {
      this.standing.push(made);
      return made;
    });
    this.opening = opening.catch(() => undefined);
    const made = await opening;
    if (this.isEnding) throw new Error("stopped while starting");
    return made;
  }

  obeySignals(): void {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => this.obey(signal));
    for (const event of ["uncaughtException", "unhandledRejection"] as const) {
      process.on(event, (error: unknown) => {
        this.log.fatal({ err: error }, "unexpected error; stopping");
        void this.end(1);
      });
    }
    // Whoever read our output has gone; that is no reason to stop serving.
    process.stdout.on("error", () => undefined);
  }

  async end(code: number): Promise<void> {
    if (this.isEnding) return;
    this.endingSince = Date.now();
    await this.opening;
    let exitCode = code;
    for (const part of this.standing.reverse()) {
      await part.close().catch((error: unknown) => {
        this.log.error({ err: error }, "a part of the server did not stop as it should");
        exitCode = 1;
      });
    }
    process.exit(exitCode);
  }

  private obey(signal: NodeJS.Signals): void {
    if (this.endingSince === undefined) {
      this.log.info({ signal }, "stopping");
      void this.end(0);
    } else if (Date.now() - this.endingSince > SAME_SIGNAL_MS) {
      for (const part of this.standing) part.kill?.();
      process.exit(1);
    }
  }
}
