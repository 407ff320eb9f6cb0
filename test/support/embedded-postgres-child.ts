import { pino } from "pino";
import { startEmbeddedPostgres } from "../../src/db/embedded-postgres";

/** A process of its own for tests that kill one: starts the server on the folder it is given, says so, and stays. */
async function run(): Promise<void> {
  const server = await startEmbeddedPostgres({
    dataDir: process.argv[2]!,
    log: pino({ level: "silent" }),
    throwAway: true,
  });
  process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
}

run().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
