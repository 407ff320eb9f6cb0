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
  /** False behind a pooler in transaction mode that keeps no prepared statements. */
  readonly preparedStatements: boolean;
  /** The NATS servers that carry the hints between servers; null: PostgreSQL's NOTIFY does. */
  readonly bus: string | null;
  /** How long open requests may take to finish after SIGTERM. */
  readonly drainSeconds: number;
  /** How long entries of the feed are kept; 0: for ever. */
  readonly feedRetentionDays: number;
  /** Whose JSON Web Tokens are taken beside API keys; null: nobody's. */
  readonly tokens: TokenConfig | null;
  /** The keys for secrets of other systems, 32 bytes each: the first seals, all of them open. */
  readonly secretsKeys: readonly Buffer[];
  /** Where the world reaches this server, without a path; null: as each request says. */
  readonly publicUrl: string | null;
  /** Hosts, addresses and networks that webhooks may reach although they are not on the public internet. */
  readonly webhookAllow: readonly string[];
}

/** Signatures that only the holder of a private key can make (RFC 7518, RFC 8037, RFC 9864). */
export const TOKEN_ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
] as const;

/** The issuer of JSON Web Tokens, and how its tokens are read. */
export interface TokenConfig {
  readonly issuer: string;
  /** A token has to be meant for one of them. */
  readonly audiences: readonly string[];
  /** Where the issuer's public keys are fetched, or the keys themselves (JWKs, RFC 7517). */
  readonly keys: string | readonly object[];
  readonly tenantClaim: string;
  readonly roleClaim: string;
  readonly algorithms: readonly string[];
  /** By how much the issuer's clock may be ahead where a token's time begins. */
  readonly clockToleranceSeconds: number;
  /** Whether a token may have the role OPERATOR. */
  readonly operators: boolean;
}

/** An environment variable that cannot be used, in words for whoever set it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Read = <T>(name: string, otherwise: T, parse: (text: string) => T | undefined, shape: string) => T;

/**
 * Reads the configuration. A variable that is set but empty counts as not set, as docker compose hands on what is missing.
 *
 * @throws ConfigError that names every variable that cannot be used, and what it should look like.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const read: Read = (name, otherwise, parse, shape) => {
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
    feedRetentionDays: read(
      "ONEFOLD_FEED_RETENTION_DAYS",
      30,
      integer(0, 36_500),
      "days between 0 (for ever) and 36500",
    ),
    tokens: readTokens(read, problems),
    secretsKeys: read("ONEFOLD_SECRETS_KEY", [], secretsKeys, "32 random bytes in base64, or several, comma-separated"),
    publicUrl: read("ONEFOLD_PUBLIC_URL", null, publicUrl, "an origin such as https://onefold.example.com"),
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

/** Tokens are taken once an issuer is named; what else they need must then be there. */
function readTokens(read: Read, problems: string[]): TokenConfig | null {
  const issuer = read<string | null>("ONEFOLD_JWT_ISSUER", null, (text) => text, "the `iss` of the tokens");
  const audiences = read("ONEFOLD_JWT_AUDIENCE", [], list, "the `aud` of the tokens, or several with commas between");
  const url = read<string | null>(
    "ONEFOLD_JWT_JWKS_URL",
    null,
    keysUrl,
    "a URL with https (http on this machine alone)",
  );
  const inline = read<readonly object[] | null>(
    "ONEFOLD_JWT_JWKS",
    null,
    publicKeys,
    'a JSON Web Key Set, {"keys":[...]}, of public RSA, EC or OKP keys',
  );
  const rest = {
    tenantClaim: read("ONEFOLD_JWT_TENANT_CLAIM", "tenant", (text) => text, "the name of a claim"),
    roleClaim: read("ONEFOLD_JWT_ROLE_CLAIM", "role", (text) => text, "the name of a claim"),
    algorithms: read("ONEFOLD_JWT_ALGORITHMS", TOKEN_ALGORITHMS, algorithms, `some of ${TOKEN_ALGORITHMS.join(",")}`),
    clockToleranceSeconds: read("ONEFOLD_JWT_CLOCK_TOLERANCE_SECONDS", 5, integer(0, 300), "seconds between 0 and 300"),
    operators: read("ONEFOLD_JWT_OPERATORS", false, onOff, "on or off"),
  };
  const keys = url ?? inline;
  if (issuer === null && audiences.length === 0 && keys === null) return null;
  if (issuer === null) problems.push("ONEFOLD_JWT_ISSUER must be set for tokens to be taken");
  if (audiences.length === 0) problems.push("ONEFOLD_JWT_AUDIENCE must be set for tokens to be taken");
  if (url !== null && inline !== null) problems.push("ONEFOLD_JWT_JWKS_URL and ONEFOLD_JWT_JWKS cannot both be set");
  if (keys === null) problems.push("ONEFOLD_JWT_JWKS_URL or ONEFOLD_JWT_JWKS must be set for tokens to be taken");
  return issuer === null || keys === null ? null : { issuer, audiences, keys, ...rest };
}

function list(text: string): readonly string[] | undefined {
  const entries = text.split(",").map((entry) => entry.trim());
  return entries.includes("") ? undefined : entries;
}

function algorithms(text: string): readonly string[] | undefined {
  const names = list(text);
  return names?.every((name) => (TOKEN_ALGORITHMS as readonly string[]).includes(name)) ? names : undefined;
}

/** Whoever can change what is fetched can sign tokens: it has to come over https, or from this machine. */
function keysUrl(text: string): string | undefined {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : new URL("none://");
  const here = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && here) ? text : undefined;
}

function publicKeys(text: string): readonly object[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys: { kty?: unknown; d?: unknown }[] };
    const fit =
      keys.length > 0 && keys.every(({ kty, d }) => ["RSA", "EC", "OKP"].includes(kty as string) && d === undefined);
    return fit ? keys : undefined;
  } catch {
    return undefined;
  }
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

function secretsKeys(text: string): readonly Buffer[] | undefined {
  const keys = text.split(",").map((entry) => entry.trim());
  return keys.every((key) => SECRETS_KEY.test(key)) ? keys.map((key) => Buffer.from(key, "base64")) : undefined;
}

function publicUrl(text: string): string | undefined {
  const origin = text.replace(/\/$/, "");
  return /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin ? origin : undefined;
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
