import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { LOG_LEVELS, LogLevel } from "./log";

/** In the checkout, wherever the command was called from. */
const DATA_DIR = join(__dirname, "..", ".onefold");

/** 32 bytes in base64 or base64url, with or without the padding. */
const SECRETS_KEY = /^[A-Za-z0-9+/_-]{43}=?$/;

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
  /** How long open requests may take to finish after SIGTERM. */
  readonly drainSeconds: number;
  /** The keys for secrets of other systems, 32 bytes each: the first seals, all of them open. */
  readonly secretsKeys: readonly Buffer[];
  /** Hosts, addresses and networks that webhooks may reach although they are not on the public internet. */
  readonly webhookAllow: readonly string[];
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
    drainSeconds: read("ONEFOLD_DRAIN_SECONDS", 10, integer(0, 3_600), "a number of seconds between 0 and 3600"),
    secretsKeys: read("ONEFOLD_SECRETS_KEY", [], secretsKeys, "32 random bytes in base64, or several, comma-separated"),
    webhookAllow: read(
      "ONEFOLD_WEBHOOK_ALLOW",
      [],
      hosts,
      "a comma-separated list of hosts, addresses or networks such as hooks.internal, 10.1.2.3, 10.0.0.0/8",
    ),
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

function adminKey(text: string): string | undefined {
  return /^[\x21-\x7e]{1,200}$/.test(text) ? text : undefined;
}

function secretsKeys(text: string): readonly Buffer[] | undefined {
  const keys = text.split(",").map((entry) => entry.trim());
  return keys.every((key) => SECRETS_KEY.test(key)) ? keys.map((key) => Buffer.from(key, "base64")) : undefined;
}

function hosts(text: string): readonly string[] | undefined {
  const list = text.split(",").map((entry) => entry.trim().toLowerCase());
  return list.every(isHostOrNetwork) ? list : undefined;
}

/** A name, an address, or an address with the length of its network. */
function isHostOrNetwork(entry: string): boolean {
  const [host = "", length, ...more] = entry.split("/");
  const version = isIP(host);
  if (version === 0) return length === undefined && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host);
  if (more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

function origins(text: string): readonly string[] | undefined {
  const list = text.split(",").map((entry) => entry.trim().replace(/\/$/, ""));
  const fits = list.every((entry) => entry === "*" || (URL.canParse(entry) && new URL(entry).origin === entry));
  return fits ? list : undefined;
}
