import { Database } from "../../src/db/database";
import { Transaction } from "../../src/db/transaction";

type Mode = "read" | "snapshot";

/** A database between whose transactions something can be made to happen. */
export class InterruptedDatabase {
  readonly database: Database;
  private readonly happening = new Map<Mode, () => Promise<unknown>>();

  constructor(database: Database) {
    const opened = (mode: Mode) => ({
      value: async <T>(tenantId: string, work: (tx: Transaction) => Promise<T>): Promise<T> => {
        const happens = this.happening.get(mode);
        this.happening.delete(mode);
        await happens?.();
        return database[mode](tenantId, work);
      },
    });
    this.database = Object.create(database, { read: opened("read"), snapshot: opened("snapshot") });
  }

  /** It happens once, before the next transaction of the kind begins. */
  before(mode: Mode, happens: () => Promise<unknown>): void {
    this.happening.set(mode, happens);
  }

  /** Whether everything that was to happen has. */
  get isOver(): boolean {
    return this.happening.size === 0;
  }
}
