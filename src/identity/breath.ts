import { setImmediate as nextTurn } from "node:timers/promises";

/** So long at most, in milliseconds, long work keeps everybody else waiting. */
const LONGEST = 5;

/**
 * Long work on the server's one thread, of which others get their turn in between: writes and reads go on while it lasts.
 * By the clock, since one pair of persons may take a hundred times as long as another.
 */
export class Breath {
  private since: number;

  /** @param now milliseconds that never go back */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.since = now();
  }

  /** Whether others are due. Asked in loops: as long as they are not, no promise is made. */
  get isDue(): boolean {
    return this.now() - this.since >= LONGEST;
  }

  async take(): Promise<void> {
    await nextTurn();
    this.since = this.now();
  }
}
