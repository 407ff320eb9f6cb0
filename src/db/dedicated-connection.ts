import { Client } from "pg";
import { BEGIN_READ, begin, COMMIT } from "./begin";
import { columnTypes } from "./column-types";
import { send, sendUnnamed, streamOf } from "./send";
import { ClientTransaction, Transaction } from "./transaction";

/** How long the goodbye may take, in milliseconds. */
const CUT_OFF_AFTER_MS = 500;

export interface DedicatedConnectionOptions {
  /** How long, in milliseconds, connecting and whatever it is asked may take before the connection is given up. */
  readonly withinMs: number;
  /** Called when what it was asked was not answered in time. */
  readonly onSilence: () => void;
  readonly onNotification: (payload: string) => void;
  /** Ends the connection, or the attempt to make one. */
  readonly until: AbortSignal;
}

/**
 * A connection outside the pool, that can listen.
 *
 * Promises: what it is asked is answered within the time given, or the connection ends; `ended` tells of its end, whoever
 * brought it about. Its statements have no names, so that it works behind any pooler.
 */
export class DedicatedConnection {
  private readonly end = new AbortController();
  /** Aborted when the connection is no more. */
  readonly ended = this.end.signal;
  private closing = false;

  private constructor(
    private readonly client: Client,
    private readonly options: DedicatedConnectionOptions,
  ) {
    client.on("end", () => this.end.abort());
    // It ends then, which is how it is told.
    client.on("error", () => undefined);
    sendUnnamed(client);
  }

  static async open(url: string, options: DedicatedConnectionOptions): Promise<DedicatedConnection> {
    const { withinMs, onNotification, until } = options;
    const client = new Client({
      connectionString: url,
      application_name: "onefold tail",
      types: columnTypes,
      keepAlive: true,
      pipeline: true,
      connectionTimeoutMillis: withinMs,
    });
    const connection = new DedicatedConnection(client, options);
    const close = () => connection.close();
    until.addEventListener("abort", close);
    connection.ended.addEventListener("abort", () => until.removeEventListener("abort", close));
    client.on("notification", ({ payload }) => onNotification(payload ?? ""));
    try {
      await client.connect();
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  async listen(channel: string): Promise<void> {
    await this.answered(() => this.client.query(`listen ${channel}`));
  }

  /** Read only, over all tenants: see `Database.across`. In one round trip, when the work sends all it has to say at once. */
  across<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.answered(async () => {
      const begun = begin(this.client, BEGIN_READ, null);
      const [result] = await Promise.all([work(new ClientTransaction(this.client, "")), begun]);
      await send(this.client, COMMIT, []);
      return result;
    });
  }

  /** Nothing that matters is ever under way on it, so it ends without waiting. */
  close(): void {
    if (this.closing) return;
    this.closing = true;
    this.end.abort();
    this.client.end().catch(() => undefined);
    // A peer that does not answer would keep it half open for ever.
    setTimeout(() => streamOf(this.client).destroy(), CUT_OFF_AFTER_MS).unref();
  }

  private async answered<T>(ask: () => Promise<T>): Promise<T> {
    const silence = setTimeout(() => {
      streamOf(this.client).destroy();
      this.options.onSilence();
    }, this.options.withinMs);
    return ask().finally(() => clearTimeout(silence));
  }
}
