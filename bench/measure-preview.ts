import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { Database } from "../src/db/database";
import { RulesChange } from "../src/identity/rules-input";
import { RulesPreviewService } from "../src/identity/rules-preview.service";
import { tell } from "./figure";
import { loadCustomers } from "./load-customers";
import { rounded } from "./median";
import { openStage } from "./stage";

/**
 * How long a preview of other rules takes, and how much memory: a resolution of everything from nothing.
 *
 *     node -r ./bin/typescript.js bench/measure-preview.ts [customers]
 *
 * Each customer has two records of two identifiers. With DATABASE_URL the data is made on that server.
 */
const customers = Number(process.argv[2] ?? 50_000);

/** What is normalized anew differs: nothing, every e-mail address, every telephone. */
const CHANGES: Readonly<Record<string, RulesChange>> = {
  cap: { cap: 400 },
  emailFolding: { emailFolding: { plusTags: true } },
  defaultCountry: { defaultCountry: "TH" },
};

async function measure(): Promise<void> {
  const stage = await openStage(process.env.DATABASE_URL ?? null, mkdtempSync(join(tmpdir(), "onefold-preview-")));
  try {
    const url = await stage.fresh("preview", (client) => loadCustomers(client, customers));
    const database = await Database.open(url, { poolSize: 2 });
    const preview = new RulesPreviewService(database);
    for (const [name, change] of Object.entries(CHANGES)) {
      const before = process.memoryUsage().rss;
      let most = before;
      const watch = setInterval(() => {
        most = Math.max(most, process.memoryUsage().rss);
      }, 10);
      const began = performance.now();
      let longest = 0;
      let last = began;
      const beat = setInterval(() => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 1);
      const { window, ...told } = await preview.preview(DEFAULT_TENANT_ID, change);
      clearInterval(watch);
      clearInterval(beat);
      const seconds = (performance.now() - began) / 1_000;
      const megabytes = { before: rounded(before / 2 ** 20), most: rounded(most / 2 ** 20) };
      const line = { preview: name, seconds: rounded(seconds), longestPauseMs: rounded(longest), megabytes, ...told };
      process.stdout.write(
        `${JSON.stringify({ ...line, examples: window.examples.JOINED.length + window.examples.SPLIT.length })}\n`,
      );
    }
    await database.close();
  } finally {
    await stage.close();
  }
}

measure().catch((error: unknown) => {
  tell(String(error));
  process.exitCode = 1;
});
