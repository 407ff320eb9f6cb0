import { Command } from "commander";
import { version } from "../package.json";
import { readConfig } from "./config";
import { demoCommand } from "./connect/commands/demo-command";
import { exportCommand } from "./connect/commands/export-command";
import { importCommand } from "./connect/commands/import-command";
import { importMailCommand } from "./connect/commands/import-mail-command";
import { learnWeightsCommand } from "./connect/commands/learn-weights-command";
import { pollYoutubeCommand } from "./connect/commands/poll-youtube-command";

/** What `onefold` does; each command loads its own code, so that none pays for the others. */
async function run(): Promise<void> {
  const program = new Command("onefold").description("One customer, one timeline, live").version(version);
  program
    .command("serve", { isDefault: true })
    .description("serve the API; without DATABASE_URL on a PostgreSQL of its own")
    .action(async () => {
      const config = readConfig(process.env);
      const { serve } = require("./main") as typeof import("./main");
      await serve(config);
    });
  program
    .command("migrate")
    .description("bring the database of DATABASE_URL to this version's schema; safe to run again, and by two at once")
    .option("--revert", "take the newest migration back instead, with its data")
    .action(migrateDatabase);
  program.addCommand(importCommand());
  program.addCommand(importMailCommand());
  program.addCommand(pollYoutubeCommand());
  program.addCommand(exportCommand());
  program.addCommand(demoCommand());
  program.addCommand(learnWeightsCommand());
  await program.parseAsync();
}

async function migrateDatabase({ revert }: { revert?: boolean }): Promise<void> {
  const { databaseUrl } = readConfig(process.env);
  if (databaseUrl === null) {
    throw new Error(
      "DATABASE_URL is not set. Without it nothing needs migrating: the embedded server migrates itself.",
    );
  }
  const { migrate, revertMigration } = require("./db/migrate") as typeof import("./db/migrate");
  const names = revert ? [await revertMigration(databaseUrl)] : await migrate(databaseUrl);
  for (const name of names) if (name) process.stdout.write(`${revert ? "reverted" : "migrated"} ${name}\n`);
  if (!names[0]) process.stdout.write("The schema is up to date.\n");
}

run().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
