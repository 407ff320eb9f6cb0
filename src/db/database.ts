import { Pool, PoolClient } from "pg";
import { DataSource, EntitySchema } from "typeorm";
import { PostgresDriver } from "typeorm/driver/postgres/PostgresDriver";
import { APPLICATION_ROLE } from "../../migrations/seal-table";
import { columnTypes } from "./column-types";
import { dataSourceOptions } from "./data-source";
import { send } from "./send";
import { isRetryable, SQLSTATE, sqlstateOf } from "./sqlstate";
import { statement } from "./statement";
import { ClientTransaction, Transaction } from "./transaction";

const BEGIN = statement("db.begin", "begin");
const BEGIN_READ = statement("db.beginRead", "begin read only");
const BEGIN_SNAPSHOT = statement("db.beginSnapshot", "begin isolation level repeatable read read only");
const USE_TENANT = statement("db.useTenant", "select use_tenant($1)");
const USE_ALL_TENANTS = statement("db.useAllTenants", "select use_all_tenants()");
const COMMIT = statement("db.commit", "commit");
const STEP_DOWN = statement("db.stepDown", `set role ${APPLICATION_ROLE}`);
const STEP_BACK = statement("db.stepBack", "reset role");
const NOTIFY = statement("db.notify", "select pg_notify($1, $2)");
const ROLLBACK = statement("db.rollback", "rollback");

/** How often a write that lost a race is run again before the race is reported. */
const ATTEMPTS = 20;

export interface DatabaseOptions {
  readonly poolSize?: number;
  readonly entities?: (new () => object)[] | EntitySchema[];
}

/**
 * The one way to PostgreSQL.
 *
 * Promises: every statement of a unit of work runs in one transaction, as the application's role, sealed to one tenant;
 * `write` returns only after COMMIT was confirmed, and runs the whole unit again when it lost a race (40001, 40P01).
 * Trusts: that a unit of work has no effect outside its transaction, since it may run several times.
 * On failure: the transaction is rolled back and the error goes to the caller; a broken connection leaves the pool.
 */
export class Database {
  private constructor(
    readonly url: string,
    readonly dataSource: DataSource,
    private readonly pool: Pool,
  ) {}

  static async open(url: string, options: DatabaseOptions = {}): Promise<Database> {
    const base = dataSourceOptions(url, options.poolSize) as { extra: object };
    const dataSource = new DataSource({
      ...base,
      entities: options.entities ?? [],
      extra: { ...base.extra, types: columnTypes },
    } as ConstructorParameters<typeof DataSource>[0]);
    await dataSource.initialize();
    const pool = (dataSource.driver as PostgresDriver).master as Pool;
    pool.on("connect", prepareClient);
    return new Database(url, dataSource, pool);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  /** Read only; each statement sees what was committed when it started. */
  read<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.reading(BEGIN_READ, tenantId, work);
  }

  /** Read only; all statements see the one state that was committed when the first started. */
  snapshot<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.reading(BEGIN_SNAPSHOT, tenantId, work);
  }

  /** Read only, over all tenants: sees the feeds' counter rows and the list of tenants, and nothing else. */
  across<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.reading(BEGIN_READ, null, work);
  }

  /** Wakes whoever listens on the channel. Outside any transaction: a notification is a hint, never part of a write. */
  async notify(channel: string, payload: string): Promise<void> {
    await this.pool.query({ ...NOTIFY, values: [channel, payload] });
  }

  /**
   * For the tables of the job queue, which belong to no tenant: its library brings its own statements, one or several that
   * open and end a transaction by themselves. They run as the application's role, and see no tenant's rows.
   */
  async outsideTenants(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      const down = send(client, STEP_DOWN, []);
      down.catch(() => undefined);
      const result = await client.query(text, values as unknown[] | undefined);
      await down;
      return { rows: result.rows ?? [] };
    } finally {
      await send(client, STEP_BACK, []).catch((error: Error) => {
        broken = error;
      });
      client.release(broken);
    }
  }

  async write<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.writeOnce(tenantId, work);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
        await pause(Math.random() * 10 * attempt);
      }
    }
  }

  private async writeOnce<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    const transaction = new ClientTransaction(client, tenantId);
    let broken: Error | undefined;
    try {
      const begun = begin(client, BEGIN, tenantId);
      const result = await work(transaction);
      await begun;
      const committed = await send(client, COMMIT, []);
      // A statement nobody awaited may have failed: PostgreSQL then answers COMMIT with ROLLBACK and no error.
      if (committed.command !== "COMMIT") throw new Error("the transaction was rolled back by a failed statement");
      return result;
    } catch (error) {
      broken = await rollback(client);
      throw sqlstateOf(error) === SQLSTATE.transactionAborted ? transaction.failure : error;
    } finally {
      client.release(broken);
    }
  }

  private async reading<T>(
    mode: typeof BEGIN_READ,
    tenantId: string | null,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool.connect();
    const transaction = new ClientTransaction(client, tenantId ?? "");
    try {
      const begun = begin(client, mode, tenantId);
      const result = await work(transaction);
      await begun;
      // Nothing hangs on the end of a read: the caller has its rows, the connection goes back when it is free.
      send(client, COMMIT, []).then(
        () => client.release(),
        (error: Error) => client.release(error),
      );
      return result;
    } catch (error) {
      client.release(await rollback(client));
      throw error;
    }
  }
}

function prepareClient(client: PoolClient): void {
  // A connection that the server ends while it is in use fails its statements, which is where it is reported.
  client.on("error", () => undefined);
  // Every statement is made to go by index whatever its values, so planning it anew for each gains nothing: of arrays,
  // whose length PostgreSQL cannot know beforehand, it would otherwise do so for ever.
  client.query("set plan_cache_mode = force_generic_plan").catch(() => undefined);
}

function begin(client: PoolClient, mode: typeof BEGIN, tenantId: string | null): Promise<unknown> {
  const begun = Promise.all([
    send(client, mode, []),
    tenantId === null ? send(client, USE_ALL_TENANTS, []) : send(client, USE_TENANT, [tenantId]),
  ]);
  begun.catch(() => undefined);
  return begun;
}

/** Answers with the error that makes the connection unusable, or nothing when it may go back to the pool. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await send(client, ROLLBACK, []);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
