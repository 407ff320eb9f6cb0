import { Client, ClientConfig, Pool, PoolClient, QueryResult } from "pg";
import { DataSource, EntitySchema } from "typeorm";
import { PostgresDriver } from "typeorm/driver/postgres/PostgresDriver";
import { APPLICATION_ROLE } from "../../migrations/seal-table";
import { BEGIN_READ, BEGIN_SNAPSHOT, BEGIN_WRITE, begin, COMMIT, ROLLBACK } from "./begin";
import { columnTypes } from "./column-types";
import { dataSourceOptions } from "./data-source";
import { DedicatedConnection, DedicatedConnectionOptions } from "./dedicated-connection";
import { endWhenSilent, send, sendUnnamed, streamOf } from "./send";
import { isRetryable, SQLSTATE, sqlstateOf } from "./sqlstate";
import { statement } from "./statement";
import { ClientTransaction, Transaction } from "./transaction";

const STEP_DOWN = statement("db.stepDown", `set local role ${APPLICATION_ROLE}`);
const NOTIFY = statement("db.notify", "select pg_notify($1, $2)");

/** How often a write that lost a race is run again before the race is reported. */
const ATTEMPTS = 20;

/** How long a connection may take to come about, in milliseconds. */
const CONNECTED_WITHIN_MS = 10_000;

/**
 * How long any statement may go without an answer, in milliseconds, before its connection is given up: a network that
 * swallows what it is sent ends no connection by itself. No statement of ours works for so long.
 */
const ANSWERED_WITHIN_MS = 120_000;

/**
 * How long a transaction may wait for its next statement, in milliseconds, before PostgreSQL ends it: of a connection that the
 * network swallowed it would otherwise keep the locks for ever. Longer than the reader of an export may take nothing.
 */
const ABANDONED_AFTER_MS = 70_000;

export interface DatabaseOptions {
  readonly poolSize?: number;
  readonly entities?: (new () => object)[] | EntitySchema[];
  /** False behind a pooler in transaction mode that keeps no prepared statements. */
  readonly preparedStatements?: boolean;
  /** How long, in milliseconds, a statement may go without an answer; 120,000 unless a test says otherwise. */
  readonly answeredWithinMs?: number;
  /** Not behind a pooler, which knows no such setting of a connection. */
  readonly abandonedAfterMs?: number;
}

/**
 * The one way to PostgreSQL.
 *
 * Promises: every statement of a unit of work runs in one transaction, as the application's role, sealed to one tenant;
 * `write` returns only after COMMIT was confirmed, and runs the whole unit again when it lost a race (40001, 40P01).
 * Trusts: that a unit of work has no effect outside its transaction, since it may run several times.
 * On failure: the transaction is rolled back and the error goes to the caller; a broken connection leaves the pool, and
 * one that has fallen silent is taken for broken.
 */
export class Database {
  private readonly connected = new Set<PoolClient>();

  private constructor(
    readonly url: string,
    readonly dataSource: DataSource,
    private readonly pool: Pool,
  ) {
    pool.on("acquire", (client) => this.connected.add(client));
    pool.on("remove", (client) => this.connected.delete(client));
  }

  static async open(url: string, options: DatabaseOptions = {}): Promise<Database> {
    const base = dataSourceOptions(url, options.poolSize) as { extra: object };
    const dataSource = new DataSource({
      ...base,
      entities: options.entities ?? [],
      extra: {
        ...base.extra,
        types: columnTypes,
        Client: options.preparedStatements === false ? UnpreparedClient : PooledClient,
        keepAlive: true,
        answeredWithinMs: options.answeredWithinMs ?? ANSWERED_WITHIN_MS,
        ...(options.preparedStatements !== false && {
          idle_in_transaction_session_timeout: options.abandonedAfterMs ?? ABANDONED_AFTER_MS,
        }),
      },
    } as ConstructorParameters<typeof DataSource>[0]);
    await dataSource.initialize();
    return new Database(url, dataSource, (dataSource.driver as PostgresDriver).master as Pool);
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  /** A connection outside the pool, for what must not wait for one: it is the caller's to end. */
  dedicate(options: DedicatedConnectionOptions): Promise<DedicatedConnection> {
    return DedicatedConnection.open(this.url, options);
  }

  /**
   * Ends every connection of the pool there is, and with it what is under way there. For when the network is known to
   * swallow what it is sent: whoever waits on one of them would wait long, and so would whoever is handed one next.
   */
  abandonConnections(): void {
    for (const client of this.connected) streamOf(client).destroy();
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
   * For the tables of the job queue, which belong to no tenant: its library brings its own statements, of which those
   * without values may be several that open and end a transaction by themselves. They run as the application's role, and
   * see no tenant's rows. The role ends with the transaction: a pooler may give the next one to another connection.
   */
  async outsideTenants(text: string, values: readonly unknown[] = []): Promise<{ rows: Record<string, unknown>[] }> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      if (values.length === 0) return lastOf(await client.query(`${STEP_DOWN.text};\n${text}`));
      const begun = Promise.all([send(client, BEGIN_WRITE, []), send(client, STEP_DOWN, [])]);
      begun.catch(() => undefined);
      const result = await client.query(text, [...values]);
      await begun;
      await send(client, COMMIT, []);
      return result;
    } catch (error) {
      broken = await rollback(client);
      throw error;
    } finally {
      client.release(broken);
    }
  }

  write<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.writeUntilDone(tenantId, work, true);
  }

  /** As `write`, but nothing of it stays: what the work would do is worked out, and the transaction taken back. */
  async rehearse<T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const rehearsed = new Rehearsed<T>();
    try {
      return await this.writeUntilDone(
        tenantId,
        async (tx) => {
          rehearsed.result = await work(tx);
          throw rehearsed;
        },
        false,
      );
    } catch (error) {
      if (error === rehearsed) return rehearsed.result as T;
      throw error;
    }
  }

  /** @param mayCommit whether the work may have it committed by saying that all was sent */
  private async writeUntilDone<T>(
    tenantId: string,
    work: (tx: Transaction) => Promise<T>,
    mayCommit: boolean,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.writeOnce(tenantId, work, mayCommit);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
        await pause(Math.random() * 10 * attempt);
      }
    }
  }

  private async writeOnce<T>(tenantId: string, work: (tx: Transaction) => Promise<T>, mayCommit: boolean): Promise<T> {
    const client = await this.pool.connect();
    const transaction = new ClientTransaction(client, tenantId, mayCommit);
    let broken: Error | undefined;
    try {
      const begun = begin(client, BEGIN_WRITE, tenantId);
      const result = await work(transaction);
      await begun;
      const committed = await (transaction.committing ?? send(client, COMMIT, []));
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

/** Thrown to end a transaction that is not to be committed. */
class Rehearsed<T> extends Error {
  result: T | undefined;
}

interface PooledConfig extends ClientConfig {
  readonly answeredWithinMs: number;
}

/** A connection of the pool, made ready before anyone gets it. */
class PooledClient extends Client {
  constructor(config: PooledConfig) {
    // Who waits for a free one of the pool has no such limit.
    super({ ...config, connectionTimeoutMillis: CONNECTED_WITHIN_MS });
    // A connection that the server ends while it is in use fails its statements, which is where it is reported.
    this.on("error", () => undefined);
    this.once("connect", () => {
      endWhenSilent(this, config.answeredWithinMs);
      this.prepare();
    });
  }

  protected prepare(): void {
    // Every statement is made to go by index whatever its values, so planning it anew for each gains nothing: of arrays,
    // whose length PostgreSQL cannot know beforehand, it would otherwise do so for ever.
    // To compile a plan would take longer than any of them runs.
    this.query("set plan_cache_mode = force_generic_plan; set jit = off").catch(() => undefined);
  }
}

class UnpreparedClient extends PooledClient {
  protected override prepare(): void {
    sendUnnamed(this);
  }
}

/** Of several statements in one message. */
function lastOf(results: QueryResult | readonly QueryResult[]): QueryResult {
  return "rows" in results ? results : results.at(-1)!;
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
