import { randomBytes } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import { DAY_AT_THE_SHOP, SHOP } from "../demo/day-at-the-shop";
import { type Customer, customerInWords, customersOf } from "../demo/end-of-day";
import { isKnown } from "../demo/known-cast";
import { play } from "../demo/play";
import { Screen } from "../demo/screen";
import { writeScript } from "../demo/script";
import { LAST_SEED } from "../demo/traits";
import { failureInWords, GraphqlClient } from "./client";
import { findTarget, type Target } from "./target";

interface Flags {
  readonly url?: string;
  readonly key?: string;
  readonly speed: number;
  readonly seed: number;
  readonly once: boolean;
}

const DAY_MS = 86_400_000;

const EXIT = { ALL_TAKEN: 0, FAILED: 1, SOME_REFUSED: 2, INTERRUPTED: 130 } as const;

const KNOWN_CAST = "These people have been here before, so few of them will join for the first time.";

const SUBSCRIPTION = `subscription {
  changes {
    __typename
    at
    ... on InteractionAdded { interaction { channel text profile { displayName channels { channel } } } }
    ... on ProfilesMerged { absorbedIds profile { displayName channels { channel interactions } } }
    ... on ProfileSplit { separatedIds profile { displayName } }
  }
}`;

/** `onefold demo`: a day of a shop, to watch customers come together. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("play a lively day of a shop across all channels, and watch customers become one")
    .option("--url <url>", "address of the server (default: http://127.0.0.1:4000, or the port in PORT)")
    .option("--key <key>", "API key; otherwise the one in ONEFOLD_KEY, or of the server on this machine")
    .option("--speed <times>", "how much faster than life; 60 is an hour a minute", speed, 60)
    .option("--seed <number>", `which cast plays, 1 to ${LAST_SEED}: another one is known to nobody yet`, seed, 1)
    .option("--once", "play the day through without waiting", false)
    .action(async (flags: Flags) => {
      process.exitCode = await demo(flags).catch((error: unknown) => {
        process.stderr.write(`${failureInWords(error)}\n`);
        return EXIT.FAILED;
      });
    });
}

async function demo(flags: Flags): Promise<number> {
  const target = await findTarget(flags, process.env);
  const screen = new Screen(process.stdout);
  const client = new GraphqlClient({
    url: target.graphql,
    key: target.key,
    onRetry: (reason, pause) => screen.problem(`waiting ${(pause / 1000).toFixed(1)} s: ${reason}`),
  });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // Whoever read along may go (a closed pipe), even while the last words are on their way.
  process.stdout.on("error", interrupt);
  try {
    const run = randomBytes(4).toString("hex");
    // Yesterday: the clock of the story is then the clock of the timeline, and nothing lies in the future.
    const day = Math.floor(Date.now() / DAY_MS - 1) * DAY_MS;
    const steps = writeScript(DAY_AT_THE_SHOP, { seed: flags.seed, run, day });
    introduce(screen, target, flags, day);
    if (await isKnown(client, steps, stop.signal)) screen.say(`${KNOWN_CAST} ${otherCast(flags.seed)}\n`);
    const speed = flags.once ? Number.POSITIVE_INFINITY : flags.speed;
    const { socket, key } = target;
    const played = await play(steps, { client, socket, key, screen, speed, signal: stop.signal });
    const customers = await customersOf(client, played.recordIds, stop.signal);
    conclude(screen, played.recordIds.length, customers, flags.seed);
    return played.refused > 0 ? EXIT.SOME_REFUSED : EXIT.ALL_TAKEN;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    screen.say("\nStopped.");
    return EXIT.INTERRUPTED;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function introduce(screen: Screen, target: Target, flags: Flags, day: number): void {
  const pace = flags.once ? "as fast as it goes" : `${flags.speed} times as fast as life`;
  screen.say(`A day at ${SHOP} (${new Date(day).toISOString().slice(0, 10)}, UTC), ${pace}.`);
  screen.say(`\nWatch it from the other side: open ${target.graphiql}, give it your key and run this:\n`);
  screen.say(`${SUBSCRIPTION}\n`);
}

function conclude(screen: Screen, records: number, customers: readonly Customer[], seed: number): void {
  screen.say(`\nAt the end of the day ${records} source records are ${customers.length} customers:\n`);
  for (const customer of customers) screen.say(`  ${customerInWords(customer)}`);
  screen.say("\nThe phone of a family and the tablet at the counter stay nobody's: two customers use each.");
  screen.say(`Playing this again finds customers who are known already. ${otherCast(seed)}`);
}

function otherCast(seed: number): string {
  return `--seed ${seed < LAST_SEED ? seed + 1 : 1} brings people nobody knows.`;
}

function speed(text: string): number {
  const times = Number(text);
  if (!(times >= 1 && times <= 100_000)) throw new InvalidArgumentError("Give 1 to 100000.");
  return times;
}

function seed(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > LAST_SEED) {
    throw new InvalidArgumentError(`Give 1 to ${LAST_SEED}.`);
  }
  return number;
}
