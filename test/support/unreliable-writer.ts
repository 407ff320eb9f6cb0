import { setTimeout as pause } from "node:timers/promises";
import { Viewer } from "../../src/access/viewer";
import { Database } from "../../src/db/database";
import { Transaction } from "../../src/db/transaction";
import { FeedSignal } from "../../src/feed/feed-signal";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { event } from "./events";

class RolledBack extends Error {}

/** What happens between the last statement of a transaction and its commit: nothing, a wait, or its end without one. */
export type BeforeCommit = () => Promise<"COMMIT" | "ROLL_BACK">;

/** A server's way of writing, with transactions that take as long as they like, or come to nothing. */
export class UnreliableWriter {
  private readonly ingest: IngestService;

  constructor(
    database: Database,
    private readonly viewer: Viewer,
    signal: FeedSignal,
    beforeCommit: BeforeCommit,
  ) {
    const delayed: Database = Object.create(database, {
      write: {
        value: <T>(tenantId: string, work: (tx: Transaction) => Promise<T>) =>
          database.write(tenantId, async (tx) => {
            const result = await work(uncommitted(tx));
            if ((await beforeCommit()) === "ROLL_BACK") throw new RolledBack();
            return result;
          }),
      },
    });
    this.ingest = new IngestService(delayed, new RulesService(delayed), signal);
  }

  /** One more event of a customer. Answers with the interaction's id; null when it was rolled back. */
  async write(key: string): Promise<string | null> {
    try {
      const [result] = await this.ingest.ingest(this.viewer, [event({ source: "web", subject: { key } })]);
      return result!.interactionId;
    } catch (error) {
      if (error instanceof RolledBack) return null;
      throw error;
    }
  }
}

/** What happens before the commit is decided here, so the work has none sent along with its last statements. */
function uncommitted(tx: Transaction): Transaction {
  return {
    tenantId: tx.tenantId,
    beganAt: tx.beganAt,
    query: (statement, values) => tx.query(statement, values),
    goAhead: () => tx.goAhead(),
    allSent: () => undefined,
  };
}

/** Waits up to so many milliseconds, and rolls back so many of a hundred. */
export function jittered(random: () => number, milliseconds: number, rolledBackInHundred: number): BeforeCommit {
  return async () => {
    await pause(random() * milliseconds);
    return random() * 100 < rolledBackInHundred ? "ROLL_BACK" : "COMMIT";
  };
}
