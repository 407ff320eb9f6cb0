import { ClientBase, QueryResult } from "pg";
import { COMMIT } from "./begin";
import { flush, send } from "./send";
import { Statement } from "./statement";

/** One open transaction of one tenant. Statements sent without awaiting the one before travel together. */
export interface Transaction {
  readonly tenantId: string;
  /** A moment of `performance.now()` before it began: what had been committed by then, it sees. */
  readonly beganAt: number;
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /**
   * Has what was sent so far leave at once, in place of with the rest of this turn: PostgreSQL works on it meanwhile. Each
   * time costs a write.
   */
  goAhead(): void;
  /**
   * Says that all has been sent, and that nothing but a failed statement could still take it back: a write is then committed
   * in the same round trip as its last statements, and holds its locks for so much less. Elsewhere it says nothing.
   */
  allSent(): void;
}

export class ClientTransaction implements Transaction {
  /** What the first failed statement failed with: those behind it only say that the transaction is aborted. */
  failure: unknown;
  /** The answer to the COMMIT that was sent along with the last statements. */
  committing: Promise<QueryResult> | null = null;
  readonly beganAt = performance.now();

  constructor(
    private readonly client: ClientBase,
    readonly tenantId: string,
    private readonly mayCommit = false,
  ) {}

  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    // Behind the COMMIT it would be in no transaction.
    if (this.committing !== null) throw new Error(`${statement.name} was sent after all had been sent`);
    const rows = send(this.client, statement, values).then((result) => result.rows as Row[]);
    // A caller that sends several and awaits them in turn must not end the process when the second fails first.
    rows.catch((error: unknown) => {
      this.failure ??= error;
    });
    return rows;
  }

  goAhead(): void {
    flush(this.client);
  }

  allSent(): void {
    if (!this.mayCommit) return;
    this.committing = send(this.client, COMMIT, []);
    // Whoever opened the transaction awaits it, unless a statement fails first.
    this.committing.catch(() => undefined);
  }
}
