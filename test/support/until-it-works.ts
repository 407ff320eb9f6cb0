import { setTimeout as pause } from "node:timers/promises";

const AGAIN_AFTER_MS = 50;

/** Tries until it works, for what may be tried again. */
export async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await pause(AGAIN_AFTER_MS);
    }
  }
}
