import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/*
 * Loaded before the server into a process that is to be measured: at the signal it collects its garbage, and says what it
 * holds then, in bytes. What is resident is no measure of that: V8 lets garbage lie until there is three times as much of it
 * as of what is held.
 */

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
let answers = 0;

process.on("SIGUSR2", () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  answers += 1;
  process.stdout.write(`answer ${answers}: ${heapUsed + external} bytes are held\n`);
});
