import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { Database, DatabaseOptions } from "../../src/db/database";
import { databaseUrl } from "./database-url";

/** How long a closed connection may take to disappear from the server's list. */
const GONE_WITHIN_MS = 2_000;

/** A migrated database of a test file's own, empty of data. */
export interface TestDatabase {
  /** What the code under test gets: the application's view, sealed by tenant. */
  readonly database: Database;
  /** The owner's connection string, for code that opens connections by itself. */
  readonly url: string;
  /** Asks as the owner, past row-level security. For arranging and asserting only. */
  ownerQuery<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Drops the database. Throws when the test left connections open, naming what they last ran. */
  close(): Promise<void>;
}

export async function openTestDatabase(options: DatabaseOptions = {}): Promise<TestDatabase> {
  const { ONEFOLD_TEST_SERVER: server, ONEFOLD_TEST_TEMPLATE: template } = process.env;
  if (!server || !template) throw new Error("openTestDatabase needs the server that jest's globalSetup starts");
  const name = `onefold_test_${process.pid}_${randomBytes(4).toString("hex")}`;
  await onServer(server, (client) => client.query(`create database ${name} template ${template} strategy file_copy`));
  const url = databaseUrl(server, name);
  const owner = new Client({ connectionString: url, application_name: "test owner" });
  await owner.connect();
  const database = await Database.open(url, options);
  return {
    database,
    url,
    async ownerQuery<Row>(text: string, values: readonly unknown[] = []) {
      const { rows } = await owner.query(text, values as unknown[]);
      return rows as Row[];
    },
    async close() {
      await owner.end();
      await database.close();
      await onServer(server, async (client) => {
        const left = await connectionsLeft(client, name);
        await client.query(`drop database ${name} with (force)`);
        if (left.length > 0) throw new Error(`the test left connections open, last at: ${left.join("; ")}`);
      });
    },
  };
}

async function onServer<T>(server: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function connectionsLeft(client: Client, database: string): Promise<string[]> {
  for (const began = Date.now(); ; ) {
    const { rows } = await client.query<{ query: string }>(
      "select query from pg_stat_activity where datname = $1 and backend_type = 'client backend'",
      [database],
    );
    if (rows.length === 0 || Date.now() - began > GONE_WITHIN_MS) return rows.map((row) => row.query);
  }
}
