import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { ensureDefaultTenant } from "../src/access/default-tenant";
import { DEFAULT_TENANT_ID, newSecret } from "../src/access/secret";
import { MIGRATIONS } from "../src/db/data-source";
import { Database } from "../src/db/database";
import { EmbeddedPostgres, startEmbeddedPostgres } from "../src/db/embedded-postgres";
import { migrate } from "../src/db/migrate";
import { tell } from "./figure";
import { prepareLoading, settle } from "./load-customers";
import { NodeProcess } from "./node-process";
import { startFloor, startOnefold } from "./onefold-server";
import { asOwner } from "./owner";

/** Fills a database, by a session of its owner or by its address. */
export type Load = (client: Client, url: string) => Promise<void>;

/** A PostgreSQL server with a database for each measurement. */
export interface Stage {
  readonly url: string;
  /** An operator's key, for servers that are started on one of the databases. */
  readonly adminKey: string;
  /** A new database with the schema, the tenant `default` and what `load` puts in. */
  fresh(name: string, load: Load): Promise<string>;
  /** The database of an earlier run when it was loaded in the same way with the same sizes; else a new one. */
  reusable(name: string, sizes: object, load: Load): Promise<string>;
  /** A new database with all that is in another one, which nobody may be using. */
  copy(name: string, of: string): Promise<string>;
  /** Onefold on one of the databases; `measured`: it can be asked for its memory. */
  onefold(databaseUrl: string, measured?: boolean): Promise<NodeProcess>;
  /** A server of this folder to compare Onefold with. */
  floor(program: string, databaseUrl: string): Promise<NodeProcess>;
  /** Stops the servers of a measurement and drops its databases, but for those that can be used again. */
  strike(): Promise<void>;
  /** The same, and the end of the PostgreSQL server that was started here. */
  close(): Promise<void>;
}

/** On the server of `databaseUrl`, whose user may make databases; without it on an embedded one, set up as in production. */
export async function openStage(databaseUrl: string | null, dataDir: string): Promise<Stage> {
  const log = { info: () => undefined, warn: tellLog, error: tellLog };
  const postgres = databaseUrl === null ? await startPostgres(() => startEmbeddedPostgres({ dataDir, log })) : null;
  const url = postgres?.url ?? databaseUrl!;
  const adminKey = newSecret(DEFAULT_TENANT_ID);
  const passing = new Set<string>();
  const servers: NodeProcess[] = [];
  let closing: Promise<void> | undefined;

  const started = async (starting: Promise<NodeProcess>): Promise<NodeProcess> => {
    const server = await starting;
    servers.push(server);
    return server;
  };

  const fresh: Stage["fresh"] = async (name, load) => {
    const database = databaseOf(url, name);
    passing.add(database.name);
    await onServer(url, `drop database if exists ${database.name} with (force)`, `create database ${database.name}`);
    await migrate(database.url);
    await makeTenant(database.url, adminKey);
    await asOwner(database.url, async (client) => {
      await prepareLoading(client);
      await load(client, database.url);
      await settle(client);
    });
    return database.url;
  };

  const strike = async (): Promise<void> => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    for (const name of passing) {
      await onServer(url, `drop database if exists ${name} with (force)`);
      passing.delete(name);
    }
  };

  return {
    url,
    adminKey,
    fresh,
    async reusable(name, sizes, load) {
      const database = databaseOf(url, name);
      const state = stateOf(sizes);
      const [known] = await onServer(
        url,
        `select shobj_description(oid, 'pg_database') as state from pg_database where datname = '${database.name}'`,
      );
      if (known?.state === state) {
        tell(`using the data of an earlier run in ${database.name}`);
        return database.url;
      }
      await fresh(name, load);
      await onServer(url, `comment on database ${database.name} is '${state}'`);
      passing.delete(database.name);
      return database.url;
    },
    async copy(name, of) {
      const database = databaseOf(url, name);
      passing.add(database.name);
      const original = new URL(of).pathname.slice(1);
      await onServer(
        url,
        `drop database if exists ${database.name} with (force)`,
        `create database ${database.name} template ${original} strategy file_copy`,
      );
      return database.url;
    },
    onefold: (database, measured = false) => started(startOnefold(database, adminKey, measured)),
    floor: (program, database) => started(startFloor(program, database)),
    strike,
    close() {
      closing ??= strike().finally(() => postgres?.stop());
      return closing;
    },
  };
}

/** With the settings of production, but that it notes when transactions were committed: fan-out is measured from there. */
async function startPostgres(start: () => Promise<EmbeddedPostgres>): Promise<EmbeddedPostgres> {
  const postgres = await start();
  const [setting] = await onServer(postgres.url, "show track_commit_timestamp");
  if (setting?.track_commit_timestamp === "on") return postgres;
  await onServer(postgres.url, "alter system set track_commit_timestamp = on");
  await postgres.stop();
  return start();
}

function tellLog(...said: unknown[]): void {
  tell(String(said.at(-1)));
}

async function makeTenant(url: string, adminKey: string): Promise<void> {
  const database = await Database.open(url, { poolSize: 1 });
  try {
    await ensureDefaultTenant(database, adminKey);
  } finally {
    await database.close();
  }
}

function databaseOf(url: string, measurement: string): { name: string; url: string } {
  const name = `onefold_bench_${measurement}`;
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return { name, url: changed.href };
}

/** Everything that decides what a loaded database holds. */
function stateOf(sizes: object): string {
  const loaders = [
    "load-customers.ts",
    "load-interactions.ts",
    "load-people.ts",
    "quality-households.ts",
    "customer.ts",
  ];
  const digest = createHash("sha256").update(JSON.stringify([sizes, MIGRATIONS.map(({ name }) => name)]));
  for (const migration of MIGRATIONS) digest.update(new migration().up.toString());
  for (const loader of loaders) digest.update(readFileSync(join(__dirname, loader)));
  return `onefold bench ${digest.digest("hex")}`;
}

async function onServer(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const text of statements) rows = (await client.query<Record<string, unknown>>(text)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
