import { DomainError } from "../../errors";

/** Previews of one tenant that may run or wait on one server. */
export const PREVIEWS_A_TENANT = 3;

interface Waiting {
  readonly tenantId: string;
  begin(): void;
}

/**
 * Lets one preview run at a time on a server: each takes memory by the number of records, and the processor.
 *
 * Promises: tenants take turns, and of one tenant the first who asked comes first; one who leaves while waiting costs
 * nothing. A tenant that has its number open already is refused at once.
 */
export class PreviewQueue {
  private readonly open = new Map<string, number>();
  private readonly waiting: Waiting[] = [];
  private running: string | null = null;
  private last: string | null = null;

  /**
   * @param signal ends the waiting; work that has begun has to look at it itself
   * @throws DomainError LIMIT_EXCEEDED, before anything is waited for
   */
  run<T>(tenantId: string, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> {
    const open = this.open.get(tenantId) ?? 0;
    if (open >= PREVIEWS_A_TENANT) {
      const message = `${PREVIEWS_A_TENANT} previews of this tenant are running or waiting already. Ask again when one has ended.`;
      throw new DomainError("LIMIT_EXCEEDED", message);
    }
    this.open.set(tenantId, open + 1);
    return this.turn(tenantId, signal)
      .then(() => work().finally(() => this.end()))
      .finally(() => this.close(tenantId));
  }

  private turn(tenantId: string, signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(signal!.reason);
      };
      const waiting: Waiting = {
        tenantId,
        begin() {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      this.waiting.push(waiting);
      if (signal?.aborted) leave();
      else signal?.addEventListener("abort", leave, { once: true });
      this.next();
    });
  }

  private next(): void {
    if (this.running !== null || this.waiting.length === 0) return;
    const other = this.waiting.findIndex(({ tenantId }) => tenantId !== this.last);
    const [first] = this.waiting.splice(Math.max(other, 0), 1);
    this.running = first!.tenantId;
    first!.begin();
  }

  private end(): void {
    this.last = this.running;
    this.running = null;
    this.next();
  }

  private close(tenantId: string): void {
    const open = this.open.get(tenantId)! - 1;
    if (open > 0) this.open.set(tenantId, open);
    else this.open.delete(tenantId);
  }
}
