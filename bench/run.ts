import "reflect-metadata";
import { join } from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { describeSurroundings, Figure, printFigure } from "./figure";
import { measureAttack } from "./measure-attack";
import { measureBatches } from "./measure-batches";
import { measureExport } from "./measure-export";
import { measureFanOut, measureFanOutWide } from "./measure-fan-out";
import { measureIdentity } from "./measure-identity";
import { measureIdentityLatency } from "./measure-identity-latency";
import { measureLiveCost } from "./measure-live-cost";
import { measureLiveMemory, measureMemory } from "./measure-memory";
import { measureMergeGrowth } from "./measure-merge-growth";
import { measureRead } from "./measure-read";
import { measureSaturation } from "./measure-saturation";
import { measureSimilarity } from "./measure-similarity";
import { measureSingleEvents } from "./measure-single-events";
import { measureTimelineGrowth } from "./measure-timeline-growth";
import { measureTracking } from "./measure-tracking";
import { FULL, QUICK, Sizes } from "./sizes";
import { openStage, Stage } from "./stage";

type Measurement = (stage: Stage, sizes: Sizes) => Promise<Figure | Figure[]>;

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  read: measureRead,
  batches: measureBatches,
  "single-events": measureSingleEvents,
  timeline: measureTimelineGrowth,
  merge: measureMergeGrowth,
  memory: measureMemory,
  "fan-out": measureFanOut,
  "fan-out-wide": measureFanOutWide,
  saturation: measureSaturation,
  "live-memory": measureLiveMemory,
  "live-cost": measureLiveCost,
  attack: measureAttack,
  export: measureExport,
  tracking: measureTracking,
  identity: measureIdentity,
  "identity-latency": measureIdentityLatency,
  similarity: measureSimilarity,
};

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  ingest: ["batches", "single-events"],
  growth: ["timeline", "merge"],
  live: ["fan-out", "fan-out-wide", "saturation", "live-memory", "live-cost"],
  all: Object.keys(MEASUREMENTS),
};

const DATA_DIR = join(__dirname, "..", ".onefold", "bench");

interface Flags extends Partial<Sizes> {
  readonly quick?: boolean;
  readonly dataDir: string;
}

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It has to be a number above zero.");
  return value;
}

function numbers(text: string): number[] {
  return text.split(",").map(number);
}

async function run(what: string, { quick, dataDir, ...given }: Flags): Promise<void> {
  const sizes: Sizes = { ...(quick ? QUICK : FULL), ...given };
  const stage = await openStage(process.env.DATABASE_URL || null, dataDir);
  const stop = () => void stage.close().finally(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const surroundings = await describeSurroundings(stage.url);
    for (const name of GROUPS[what] ?? [what]) {
      for (const figure of [await MEASUREMENTS[name]!(stage, sizes)].flat()) printFigure(figure, surroundings);
      await stage.strike();
    }
  } finally {
    await stage.close();
  }
}

const program = new Command("bench")
  .description("Measures Onefold and prints a line of JSON for each figure; bench/README.md says what they are.")
  .addArgument(new Argument("[what]").choices([...Object.keys(MEASUREMENTS), ...Object.keys(GROUPS)]).default("all"))
  .option("--quick", "small sizes, to see that everything runs; the figures mean nothing")
  .option("--data-dir <folder>", "where the embedded PostgreSQL keeps its data", DATA_DIR);
for (const [name, value] of Object.entries(FULL)) {
  const several = Array.isArray(value);
  const parse = (text: string): number | number[] => (several ? numbers(text) : number(text));
  program.option(`--${name} <${several ? "numbers" : "number"}>`, `instead of ${value}`, parse);
}
program.action(run);

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
