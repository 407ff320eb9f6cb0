import { Command } from "commander";
import { failureInWords, GraphqlClient } from "./client";
import { type Preview, previewRules } from "./preview-rules";
import { previewView } from "./preview-view";
import { findTarget, type Target } from "./target";

interface Flags {
  readonly url?: string;
  readonly key?: string;
  readonly save: boolean;
  readonly shipped: boolean;
}

interface Learned {
  readonly weights: unknown;
  readonly records: number;
  readonly pairs: number;
  readonly matches: number;
  readonly rounds: number;
  readonly changes: readonly WeightChange[];
}

interface WeightChange {
  readonly attribute: string;
  readonly level: string;
  readonly bitsBefore: number;
  readonly bitsAfter: number;
}

const EXIT = { DONE: 0, FAILED: 1 } as const;
/** Learning looks at many of the records that a tenant has. */
const TIMEOUT_MS = 900_000;
const EXAMPLES = 5;

const LEARN =
  "query { learnedWeights { weights records pairs matches rounds changes { attribute level bitsBefore bitsAfter } } }";
const SET = "mutation ($rules: IdentityRulesInput!) { setIdentityRules(rules: $rules) { version } }";

const NOTES = `
Nothing is saved without --save. Learning without labels does better on some data and worse on other: look at the changes
and at the preview, and keep the shipped weights where in doubt. The preview is of the rules in force with the learned
weights, and with similarity switched on.

Exit code: 0 done, 1 it failed.`;

/** `onefold learn-weights`: learns how to weigh what persons have in common, and shows what that would change. */
export function learnWeightsCommand(): Command {
  return new Command("learn-weights")
    .description("learn the weights of similarity from your own records, and see what they would change")
    .option("--url <url>", "address of the server (default: http://127.0.0.1:4000, or the port in PORT)")
    .option("--key <key>", "an ADMIN key; otherwise the one in ONEFOLD_KEY, or of the server on this machine")
    .option("--save", "set the learned weights, and switch similarity on", false)
    .option("--shipped", "go back to the shipped weights instead of learning", false)
    .addHelpText("after", NOTES)
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags).catch((error: unknown) => {
        process.stderr.write(`${failureInWords(error)}\n`);
        return EXIT.FAILED;
      });
    });
}

async function run(flags: Flags): Promise<number> {
  const target = await findTarget(flags, process.env);
  const client = new GraphqlClient({ url: target.graphql, key: target.key, timeout: TIMEOUT_MS });
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const step = (text: string) => process.stderr.write(`${text}\n`);
  let weights: unknown = null;
  if (!flags.shipped) {
    step("learning …");
    const { learnedWeights } = await client.request<{ learnedWeights: Learned }>(LEARN, {});
    weights = learnedWeights.weights;
    for (const line of learnedInWords(learnedWeights)) say(line);
  }
  const rules = { similarity: { enabled: true, weights } };
  step("resolving all records with them, to see what would change …");
  for (const line of previewInWords(await previewShown(target, rules))) say(line);
  if (!flags.save) {
    say("Nothing was saved. The same command with --save sets these weights.");
    return EXIT.DONE;
  }
  const set = await client.request<{ setIdentityRules: { version: number } }>(SET, { rules });
  say(`Saved as version ${set.setIdentityRules.version} of the rules. It is applied in the background.`);
  return EXIT.DONE;
}

async function previewShown(target: Target, rules: object): Promise<Preview> {
  const view = previewView(process.stderr);
  return previewRules(target, { rules, first: EXAMPLES }, view.show).finally(view.stop);
}

function* learnedInWords({ records, pairs, matches, rounds, changes }: Learned): Generator<string> {
  const share = (matches * 100).toFixed(1);
  yield `Learned from ${records} records: ${pairs} pairs compared, ${share} % of the candidates of one person, ${rounds} rounds.`;
  if (changes.length === 0) yield "Nothing differs from the shipped weights by a tenth of a bit or more.";
  for (const { attribute, level, bitsBefore, bitsAfter } of changes) {
    yield `  ${`${attribute} ${level}`.padEnd(24)} ${bits(bitsBefore)} -> ${bits(bitsAfter)} bits`;
  }
}

function* previewInWords({ joined, split, largestProfile, records, examples }: Preview): Generator<string> {
  yield `Of ${records} records: ${joined} profiles would join others, ${split} would come off others; the largest would have ${largestProfile} records.`;
  for (const { kind, profileIds, reasons } of examples.nodes) {
    yield `  ${kind.toLowerCase()} ${profileIds.join(", ")}`;
    for (const reason of reasons) yield `    ${reason}`;
  }
}

function bits(value: number): string {
  return value.toFixed(1).padStart(6);
}
