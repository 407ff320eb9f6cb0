import fc from "fast-check";
import { MUTANTS, Mutant } from "../../support/identity-mutants";
import { Crowd, DENSE_CROWD, historiesHold, SPARSE_CROWD } from "../../support/identity-properties";

/**
 * Whether the properties bite: wordings that sound right and are wrong have to be found out by the very histories and
 * checks that the real code passes. Each crowd is tried, since each misses what the other finds.
 */
const SEED = Number(process.env.SEED ?? 20_261_122);
const HISTORIES = 400;

describe(`a wrong wording is found out (seed ${SEED})`, () => {
  test.each(MUTANTS.map((mutant) => [mutant.wording, mutant] as const))("%s", (wording, mutant) => {
    const dense = foundAfter(mutant, DENSE_CROWD);
    const sparse = foundAfter(mutant, SPARSE_CROWD);
    process.stdout.write(`${wording}: after ${dense} dense, ${sparse} sparse histories\n`);
    expect(Math.min(dense ?? Infinity, sparse ?? Infinity)).toBeLessThanOrEqual(HISTORIES);
  });
});

function foundAfter({ subject, check, everyStep }: Mutant, crowd: Crowd): number | null {
  const property = historiesHold(crowd, check, subject, everyStep);
  const { failed, numRuns } = fc.check(property, { seed: SEED, numRuns: HISTORIES, endOnFailure: true });
  return failed ? numRuns : null;
}
