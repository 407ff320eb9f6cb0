import { ClientBase } from "pg";
import { send } from "./send";
import { Statement } from "./statement";

/** One open transaction of one tenant. Statements sent without awaiting the one before travel together. */
export interface Transaction {
  readonly tenantId: string;
  /** A moment of `performance.now()` before it began: what had been committed by then, it sees. */
  readonly beganAt: number;
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
}

export class ClientTransaction implements Transaction {
  /** What the first failed statement failed with: those behind it only say that the transaction is aborted. */
  failure: unknown;
  readonly beganAt = performance.now();

  constructor(
    private readonly client: ClientBase,
    readonly tenantId: string,
  ) {}

  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const rows = send(this.client, statement, values).then((result) => result.rows as Row[]);
    // A caller that sends several and awaits them in turn must not end the process when the second fails first.
    rows.catch((error: unknown) => {
      this.failure ??= error;
    });
    return rows;
  }
}
