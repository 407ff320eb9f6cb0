import fc from "fast-check";
import { MUTANTS, Mutant } from "../../support/identity-mutants";
import { PlayedHistories } from "../../support/identity-played";
import { Crowd } from "../../support/identity-properties";

/**
 * Whether the properties bite: wordings that sound right and are wrong have to be found out by the very histories and
 * checks that the real code passes. The other crowd is tried where the first misses it, since each finds what the other misses.
 */
const SEED = Number(process.env.SEED ?? 20_261_122);
const DENSE_HISTORIES = 300;
const SPARSE_HISTORIES = 200;

describe(`a wrong wording is found out (seed ${SEED})`, () => {
  test.each(MUTANTS.map((mutant) => [mutant.wording, mutant] as const))("%s", (wording, mutant) => {
    const [dense, sparse] = mutant.crowds;
    const after = foundAfter(mutant, dense, DENSE_HISTORIES) ?? foundAfter(mutant, sparse, SPARSE_HISTORIES);
    process.stdout.write(`${wording}: found after ${after ?? "no"} histories\n`);
    expect(after).not.toBeNull();
  });
});

/** How many histories it took; null when none of them found it. */
function foundAfter({ subject, check, everyStep }: Mutant, crowd: Crowd, histories: number): number | null {
  const played = new PlayedHistories(crowd, subject);
  const property = everyStep ? played.everyStepHolds(check) : played.endHolds(check);
  const { failed, numRuns } = fc.check(property, { seed: SEED, numRuns: histories, endOnFailure: true });
  return failed ? numRuns : null;
}
