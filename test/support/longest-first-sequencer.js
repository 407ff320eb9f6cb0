const { join } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** Those that take longest on two cores, the longest first. */
const LONGEST = [
  "api/process",
  "database/attacks",
  "faults/kills",
  "database/identity-concurrency",
  "api/demo",
  "api/storm",
  "database/embedded-postgres",
  "unit/identity/mutants",
  "faults/servers",
  "database/similarity-convergence",
  "database/rulings-convergence",
  "database/rules",
  "database/export",
].map((name) => join(__dirname, "..", `${name}.test.ts`));

/**
 * Begins with the tests that take longest, so that none of them is left to run alone in the end. Jest does so by what it
 * remembers of the last run; in a fresh checkout it would go by the size of the files, and small ones take long here.
 */
module.exports = class LongestFirstSequencer extends Sequencer {
  sort(tests) {
    const place = ({ path }) => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
