import { Database } from "../../src/db/database";
import { Statement } from "../../src/db/statement";
import { Transaction } from "../../src/db/transaction";

export interface SentStatement {
  readonly statement: Statement;
  readonly values: readonly unknown[];
}

export interface NotedDatabase {
  /** The same database; what is read and written through it is noted. */
  readonly database: Database;
  /** Every statement sent so far, in order. */
  readonly sent: SentStatement[];
  /** How many transactions were opened so far. */
  readonly transactions: string[];
}

type Work<T> = (tx: Transaction) => Promise<T>;

/** Notes the statements of a database's reads, snapshots and writes, and sends them on unchanged. */
export function noteStatements(database: Database): NotedDatabase {
  const sent: SentStatement[] = [];
  const transactions: string[] = [];
  const noting = <T>(work: Work<T>): Work<T> => {
    return (tx) =>
      work({
        tenantId: tx.tenantId,
        beganAt: tx.beganAt,
        goAhead: () => tx.goAhead(),
        allSent: () => tx.allSent(),
        query: <Row>(statement: Statement, values: readonly unknown[]) => {
          sent.push({ statement, values });
          return tx.query<Row>(statement, values);
        },
      });
  };
  const opened = (mode: "read" | "snapshot" | "write") => ({
    value: <T>(tenantId: string, work: Work<T>): Promise<T> => {
      transactions.push(mode);
      return database[mode](tenantId, noting(work));
    },
  });
  const noted: Database = Object.create(database, {
    read: opened("read"),
    snapshot: opened("snapshot"),
    write: opened("write"),
  });
  return { database: noted, sent, transactions };
}
