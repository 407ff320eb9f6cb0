import { Database } from "./database";
import { Transaction } from "./transaction";

/** Snapshots of one tenant at once, and so the connections that all its readers together take of the pool. */
const AT_ONCE = 2;

/** Readings that share a snapshot at most: what they have read is in memory together. */
const MOST = 50;

type Opener = Pick<Database, "snapshot">;

/** A unit of reading. It awaits nothing but its own statements. */
type Reading<T> = (tx: Transaction) => Promise<T>;

interface Waiting {
  readonly read: (tx: Transaction) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

interface Queue {
  readonly waiting: Waiting[];
  running: number;
}

/**
 * Readings of many, as when everyone comes back at once: those that wait share the next snapshot, and their statements
 * travel together.
 *
 * Promises: each reads from a snapshot that began after it asked; a crowd takes few connections, so that writers find one.
 * On failure: what one finds wrong by itself is its own failure; where the database fails, it fails for all who share.
 */
export class SharedSnapshots {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly database: Opener) {}

  run<T>(tenantId: string, reading: Reading<T>): Promise<T> {
    const queue = this.queues.get(tenantId) ?? { waiting: [], running: 0 };
    this.queues.set(tenantId, queue);
    return new Promise<T>((resolve, fail) => {
      queue.waiting.push({ read: (tx) => reading(tx).then(resolve, fail), fail });
      if (queue.running < AT_ONCE) void this.begin(tenantId, queue);
    });
  }

  private async begin(tenantId: string, queue: Queue): Promise<void> {
    queue.running += 1;
    let sharing: Waiting[] = [];
    try {
      await this.database.snapshot(tenantId, async (tx) => {
        sharing = queue.waiting.splice(0, MOST);
        await Promise.all(sharing.map(({ read }) => read(tx)));
      });
    } catch (error) {
      // Without a connection nobody's turn came.
      for (const { fail } of sharing.length > 0 ? sharing : queue.waiting.splice(0)) fail(error);
    } finally {
      queue.running -= 1;
      if (queue.waiting.length > 0) void this.begin(tenantId, queue);
      else if (queue.running === 0) this.queues.delete(tenantId);
    }
  }
}
