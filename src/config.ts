import { join, resolve } from "node:path";
import { LOG_LEVELS, LogLevel } from "./log";

/** In the checkout, wherever the command was called from. */
const DATA_DIR = join(__dirname, "..", ".onefold");

/** Everything that can be set from outside, checked and typed. The README's table lists the same names. */
export interface Config {
  /** The PostgreSQL server to use; null: the embedded one. */
  readonly databaseUrl: string | null;
  /** Where the embedded server keeps its data. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** The OPERATOR key, when it is chosen and not made. */
  readonly adminKey: string | null;
  /** Whether requests and sockets are counted per key. */
  readonly rateLimit: boolean;
  /** Origins of front ends that may call from a browser; "*" alone: any. Our own origin always may. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** Connections to PostgreSQL that one server holds at most. */
  readonly poolSize: number;
  /** False behind a pooler in transaction mode that keeps no prepared statements. */
  readonly preparedStatements: boolean;
  /** The NATS servers that carry the hints between servers; null: PostgreSQL's NOTIFY does. */
  readonly bus: string | null;
  /** How long open requests may take to finish after SIGTERM. */
  readonly drainSeconds: number;
}

/** An environment variable that cannot be used, in words for whoever set it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the configuration. A variable that is set but empty counts as not set, as docker compose hands on what is missing.
 *
 * @throws ConfigError that names every variable that cannot be used, and what it should look like.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const read = <T>(name: string, otherwise: T, parse: (text: string) => T | undefined, shape: string): T => {
    const text = environment[name]?.trim();
    if (!text) return otherwise;
    const value = parse(text);
    if (value !== undefined) return value;
    // The value of a secret is not repeated: what is printed ends up in logs.
    problems.push(`${name} must be ${shape}`);
    return otherwise;
  };
  const config: Config = {
    databaseUrl: read("DATABASE_URL", null, databaseUrl, "a URL such as postgres://user:password@host:5432/database"),
    dataDir: read("ONEFOLD_DATA_DIR", DATA_DIR, (text) => resolve(text), "a folder"),
    host: read("HOST", "0.0.0.0", (text) => text, "an address to listen on"),
    port: read("PORT", 4000, integer(0, 65_535), "a port between 0 and 65535 (0: any free one)"),
    adminKey: read("ONEFOLD_ADMIN_KEY", null, adminKey, "up to 200 printable ASCII characters without spaces"),
    rateLimit: read("ONEFOLD_RATE_LIMIT", true, onOff, "on or off"),
    corsOrigins: read(
      "ONEFOLD_CORS_ORIGINS",
      [],
      origins,
      "a comma-separated list of origins such as https://app.example.com, or *",
    ),
    logLevel: read("ONEFOLD_LOG_LEVEL", "info", oneOf(LOG_LEVELS), `one of ${LOG_LEVELS.join(", ")}`),
    poolSize: read("ONEFOLD_POOL_SIZE", 16, integer(2, 1_000), "a number between 2 and 1000"),
    preparedStatements: read("ONEFOLD_PREPARED_STATEMENTS", true, onOff, "on or off"),
    bus: read("ONEFOLD_BUS", null, busUrl, "a URL such as nats://host:4222, or several with commas between them"),
    drainSeconds: read("ONEFOLD_DRAIN_SECONDS", 10, integer(0, 3_600), "a number of seconds between 0 and 3600"),
  };
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return config;
}

function integer(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

function oneOf<T extends string>(values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text.toLowerCase());
}

function onOff(text: string): boolean | undefined {
  if (/^(on|true|1)$/i.test(text)) return true;
  return /^(off|false|0)$/i.test(text) ? false : undefined;
}

function databaseUrl(text: string): string | undefined {
  const { protocol, hostname, pathname, searchParams } = URL.canParse(text) ? new URL(text) : new URL("none://");
  const named = pathname.length > 1 || searchParams.has("dbname");
  const addressed = hostname !== "" || searchParams.has("host");
  return /^postgres(ql)?:$/.test(protocol) && named && addressed ? text : undefined;
}

function busUrl(text: string): string | undefined {
  const servers = text.split(",").map((server) => server.trim());
  const named = (server: string) => URL.canParse(server) && /^nats:\/\/[^/]+\/?$/.test(server) && new URL(server).host;
  return servers.every(named) ? servers.join(",") : undefined;
}

function adminKey(text: string): string | undefined {
  return /^[\x21-\x7e]{1,200}$/.test(text) ? text : undefined;
}

function origins(text: string): readonly string[] | undefined {
  const list = text.split(",").map((entry) => entry.trim().replace(/\/$/, ""));
  const fits = list.every((entry) => entry === "*" || (URL.canParse(entry) && new URL(entry).origin === entry));
  return fits ? list : undefined;
}
