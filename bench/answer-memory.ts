/*
 * Loaded before the program into a process that is to be measured: answers each message with the resident memory in bytes,
 * after forced collections unless it asks for what is "resident" at this moment. The channel keeps no process alive.
 */

const COLLECTIONS = 4;

process.on("message", (asked) => {
  void (asked === "resident" ? Promise.resolve() : collect()).then(() => process.send?.(process.memoryUsage.rss()));
});
process.channel?.unref();

/** What one collection sets free by running finalizers only the next one takes; pages go back to the system in between. */
async function collect(): Promise<void> {
  for (let done = 0; done < COLLECTIONS; done += 1) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
