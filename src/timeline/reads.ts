import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { RequestContext } from "../graphql/request-context";

/** A unit of reading. It awaits nothing but its own statements: while it runs, it holds a connection. */
export type Reading<T> = (tx: Transaction) => Promise<T>;

type Opener = Pick<Database, "read">;

/**
 * Reads of operations.
 *
 * Promises: what an operation reads at one moment, and what it then reads because of the answers, travels in one
 * transaction; statements asked for at the same time are sent together, in the order in which they were asked for.
 * The transaction ends as soon as the operation has nothing more to ask, before anything else is waited for.
 * On failure: what shares the transaction fails with it, and the next reading opens another.
 */
export class Reads {
  private readonly open = new WeakMap<RequestContext, OpenRead>();

  constructor(private readonly database: Opener) {}

  run<T>(context: RequestContext, reading: Reading<T>): Promise<T> {
    let open = this.open.get(context);
    if (open === undefined || open.isClosed) {
      open = new OpenRead(this.database, context.viewer.tenantId);
      this.open.set(context, open);
    }
    return open.run(reading);
  }
}

/** One transaction, held open while readings come in. */
class OpenRead {
  isClosed = false;
  private running = 0;
  private readonly begun: Promise<Transaction>;
  private finish!: () => void;

  constructor(database: Opener, tenantId: string) {
    const finished = new Promise<void>((resolve) => {
      this.finish = resolve;
    });
    this.begun = new Promise((resolve, reject) => {
      const work = (tx: Transaction): Promise<void> => {
        resolve(tx);
        return finished;
      };
      database.read(tenantId, work).catch((error: unknown) => {
        this.isClosed = true;
        reject(error);
      });
    });
  }

  async run<T>(reading: Reading<T>): Promise<T> {
    this.running += 1;
    try {
      return await reading(await this.begun);
    } catch (error) {
      this.isClosed = true;
      throw error;
    } finally {
      this.running -= 1;
      // What follows from an answer is asked for before the event loop turns; if nothing is, nothing follows.
      if (this.running === 0) setImmediate(() => this.closeIfIdle());
    }
  }

  private closeIfIdle(): void {
    if (this.running > 0) return;
    this.isClosed = true;
    this.finish();
  }
}
