import { Instant } from "../../db/column-types";
import { Database } from "../../db/database";
import { Log } from "../../log";
import { Counts, countDeliveries } from "../connections/connection.repository";

/** How often, in milliseconds, what was counted is written down. */
const FLUSH_EVERY_MS = 1_000;

const NOTHING: Counts = { deliveries: 0, accepted: 0, duplicates: 0, unknown: 0, refused: 0 };

interface Counted {
  readonly tenantId: string;
  readonly source: string;
  readonly counts: Counts;
  readonly lastAt: Instant;
}

/**
 * What came in by each connection. Collected in memory and written once a second: a row for each connection that every
 * delivery had to wait for would make one line of them all. A server that is killed loses the second, of the counts alone.
 */
export class DeliveryCounts {
  private counted = new Map<string, Counted>();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  add(tenantId: string, source: string, counts: Counts, lastAt: Instant): void {
    const name = `${tenantId} ${source}`;
    const before = this.counted.get(name);
    const latest = before !== undefined && before.lastAt > lastAt ? before.lastAt : lastAt;
    this.counted.set(name, { tenantId, source, counts: sum(before?.counts ?? NOTHING, counts), lastAt: latest });
  }

  /** Writes down what was counted until now. */
  flush(): Promise<void> {
    const due = [...this.counted.values()];
    this.counted = new Map();
    if (due.length > 0) this.writing = this.writing.then(() => this.write(due));
    return this.writing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(due: readonly Counted[]): Promise<void> {
    for (const { tenantId, source, counts, lastAt } of due) {
      try {
        await this.database.write(tenantId, (tx) => countDeliveries(tx, source, counts, lastAt));
      } catch (error) {
        this.log.warn({ err: error, tenantId }, "deliveries were not counted; they will be with the next ones");
        this.add(tenantId, source, counts, lastAt);
      }
    }
  }
}

function sum(a: Counts, b: Counts): Counts {
  return {
    deliveries: a.deliveries + b.deliveries,
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    unknown: a.unknown + b.unknown,
    refused: a.refused + b.refused,
  };
}
