import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { Database } from "../src/db/database";
import { RulesPreviewService } from "../src/identity/preview/rules-preview.service";
import { RulesDifference } from "../src/identity/rules/rules-difference";
import { RulesChange } from "../src/identity/rules/rules-input";
import { Figure, tell } from "./figure";
import { heldPeople } from "./held-people";
import { loadCustomers } from "./load-customers";
import { rounded } from "./median";
import { Sizes } from "./sizes";
import { Stage } from "./stage";

/** What is normalized anew differs: nothing, every e-mail address, every telephone. */
const CHANGES: Readonly<Record<string, RulesChange>> = {
  cap: { cap: 400 },
  emailFolding: { emailFolding: { plusTags: true } },
  defaultCountry: { defaultCountry: "TH" },
};

interface Previewed {
  readonly seconds: number;
  /** Resident memory of this process at its highest. */
  readonly megabytes: number;
  /** The longest time for which nothing else had its turn. */
  readonly pauseMs: number;
  readonly difference: Omit<RulesDifference, "window">;
}

/**
 * How long a preview of other rules takes, and how much memory: a resolution of everything from nothing, in the process of
 * the measurement. Each customer has two records, with two identifiers each.
 */
export async function measurePreview(stage: Stage, sizes: Sizes): Promise<Figure[]> {
  const { previewed, held, seed } = sizes;
  tell(`preview: ${previewed} records`);
  const url = await stage.fresh("preview", (client) => loadCustomers(client, Math.ceil(previewed / 2)));
  const byIdentifiers = await previewEach(url, CHANGES);
  tell(`preview with similarity: ${held[0]} records`);
  const { similarity } = await previewEach(await heldPeople(stage, held[0], seed), { similarity: CHANGES.cap! });
  const all = Object.values(byIdentifiers);
  return [
    {
      figure: "preview",
      means: "seconds of a preview of other rules by identifiers, the slowest of three",
      value: Math.max(...all.map(({ seconds }) => seconds)),
      target: { atMost: 300 },
      measured: byIdentifiers,
      sizes: { previewed },
    },
    {
      figure: "preview-memory",
      means: "resident memory of the process at its highest meanwhile, in megabytes",
      value: Math.max(...all.map(({ megabytes }) => megabytes)),
      target: { atMost: 1_000 },
      measured: {},
      sizes: { previewed },
    },
    {
      figure: "preview-similarity",
      means: "seconds of a preview of other rules by identifiers and likeness, of the people of `similarity`",
      value: similarity!.seconds,
      measured: { ...similarity },
      sizes: { held, seed },
    },
  ];
}

async function previewEach(url: string, changes: Readonly<Record<string, RulesChange>>) {
  const database = await Database.open(url, { poolSize: 2 });
  try {
    const service = new RulesPreviewService(database);
    const told: Record<string, Previewed> = {};
    for (const [name, change] of Object.entries(changes)) told[name] = await previewOne(service, change);
    return told;
  } finally {
    await database.close();
  }
}

async function previewOne(service: RulesPreviewService, change: RulesChange): Promise<Previewed> {
  let most = process.memoryUsage().rss;
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
  try {
    const { window, ...difference } = await service.preview(DEFAULT_TENANT_ID, change);
    const seconds = rounded((performance.now() - began) / 1_000);
    return { seconds, megabytes: rounded(most / 2 ** 20), pauseMs: rounded(longest), difference };
  } finally {
    clearInterval(watch);
    clearInterval(beat);
  }
}
