import { Client } from "pg";
import { DataSource } from "typeorm";
import { dataSourceOptions, MIGRATIONS } from "./data-source";
import { SQLSTATE, sqlstateOf } from "./sqlstate";

/** Held while the schema is changed; any number will do, as long as it stays. */
const LOCK = 6_633_654;
const OLDEST_SERVER = 150_000;

export interface SchemaState {
  /** Migrations that the database lacks, in their order. */
  readonly behind: readonly string[];
  /** Migrations that a newer Onefold made. */
  readonly ahead: readonly string[];
}

/**
 * Brings the database to the schema of this code, and answers with the names of the migrations that it took.
 *
 * All of them are taken in one transaction or none is. Of several that migrate at once one does the work and the others
 * wait for it, so that every server of a fleet may do this at its start.
 */
export function migrate(url: string): Promise<string[]> {
  return alone(url, async (source) => {
    const taken = await source.runMigrations({ transaction: "all" });
    return taken.map((migration) => migration.name);
  });
}

/** Takes the newest migration back, with the data that only it made room for. Answers with its name, if there was one. */
export function revertMigration(url: string): Promise<string | undefined> {
  return alone(url, async (source) => {
    const newest = (await namesIn(source)).at(-1);
    if (newest !== undefined) await source.undoLastMigration({ transaction: "all" });
    return newest;
  });
}

/** How the schema of the database stands to that of this code. */
export async function schemaState(url: string): Promise<SchemaState> {
  const source = await new DataSource(dataSourceOptions(url, 1)).initialize();
  try {
    const there = await namesIn(source);
    const known = MIGRATIONS.map((migration) => migration.name);
    return {
      behind: known.filter((name) => !there.includes(name)),
      ahead: there.filter((name) => !known.includes(name)),
    };
  } finally {
    await source.destroy();
  }
}

/** @throws Error in words for whoever starts a server, unless the schema of the database is that of this code */
export async function refuseOtherSchema(databaseUrl: string): Promise<void> {
  const { behind, ahead } = await schemaState(databaseUrl);
  if (ahead.length > 0) {
    throw new Error(`The database was prepared by a newer Onefold (${ahead.join(", ")}): start that version.`);
  }
  if (behind.length > 0) {
    throw new Error(
      `The schema of the database is behind (it lacks ${behind.join(", ")}). Run this first, with the same ` +
        "DATABASE_URL: npm run migrate",
    );
  }
}

async function namesIn(source: DataSource): Promise<string[]> {
  try {
    const rows = await source.query<{ name: string }[]>("/* db.migrations */ select name from migrations order by id");
    return rows.map((row) => row.name);
  } catch (error) {
    if (sqlstateOf(error) === SQLSTATE.undefinedTable) return [];
    throw error;
  }
}

/** The lock is bound to a transaction, so that it holds behind a connection pooler too. */
async function alone<T>(url: string, work: (source: DataSource) => Promise<T>): Promise<T> {
  const keeper = new Client({ connectionString: url, application_name: "onefold migrate" });
  await keeper.connect();
  try {
    await refuseUnfit(keeper);
    await keeper.query("begin");
    await keeper.query("select pg_advisory_xact_lock($1)", [LOCK]);
    const source = await new DataSource(dataSourceOptions(url, 2)).initialize();
    try {
      return await work(source);
    } finally {
      await source.destroy();
    }
  } finally {
    await keeper.end();
  }
}

async function refuseUnfit(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`,
  );
  const { version, encoding } = rows[0]!;
  if (version < OLDEST_SERVER) {
    throw new Error(`This server is PostgreSQL ${Math.floor(version / 10_000)}; Onefold needs 15 or newer.`);
  }
  if (encoding !== "UTF8") {
    throw new Error(`This database is encoded in ${encoding}; Onefold needs one made with encoding 'UTF8'.`);
  }
}
