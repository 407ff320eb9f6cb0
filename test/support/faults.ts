import { randomOf } from "./random";

/** The whole of it, by `npm run test:faults`; otherwise what fits into the run of every day. */
export const FULL = process.env.ONEFOLD_FAULTS === "full";

/** The number for a full run, or the one for a short run. */
export function scale(full: number, short: number): number {
  return FULL ? full : short;
}

/** Random numbers with a seed that is printed, so that what was found can be looked for again. */
export function seeded(name: string): () => number {
  const seed = Number(process.env.ONEFOLD_TEST_SEED ?? Date.now() % 1_000_000);
  report(`${name}: ONEFOLD_TEST_SEED=${seed}`);
  return randomOf(seed);
}

/** What a run has found out, for whoever reads its output. */
export function report(line: string): void {
  process.stdout.write(`${line}\n`);
}
