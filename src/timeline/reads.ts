import DataLoader from "dataloader";
import { Database } from "../db/database";
import { Transaction } from "../db/transaction";
import { RequestContext } from "../graphql/request-context";

/** A unit of reading. It awaits nothing but its own statements: one that waited for another unit could wait for ever. */
export type Reading<T> = (tx: Transaction) => Promise<T>;

/**
 * Reads of one operation.
 *
 * Promises: what the loaders of an operation ask for at the same time travels in one transaction, its statements sent in
 * the order in which they were asked for, without waiting for each other. On failure: all units of that moment fail, as
 * their transaction does.
 */
export class Reads {
  constructor(private readonly database: Pick<Database, "read">) {}

  run<T>(context: RequestContext, reading: Reading<T>): Promise<T> {
    return this.batch(context).load(reading) as Promise<T>;
  }

  private batch(context: RequestContext): DataLoader<Reading<unknown>, unknown> {
    return context.loader(
      "timeline.reads",
      () =>
        new DataLoader<Reading<unknown>, unknown>(
          (readings) =>
            this.database.read(context.viewer.tenantId, (tx) => Promise.all(readings.map((reading) => reading(tx)))),
          { cache: false },
        ),
    );
  }
}
