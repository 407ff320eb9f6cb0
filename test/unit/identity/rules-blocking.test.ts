import fc from "fast-check";
import { fitsPattern } from "../../../src/identity/rules/rules-blocking";

const SEED = Number(process.env.SEED ?? 20260303);

describe("a pattern", () => {
  it.each([
    ["info@shop.example", "*@shop.example", true],
    ["info@shop.example", "info@*", true],
    ["info@shop.example", "*shop*", true],
    ["info@shop.example", "info@shop.example", true],
    ["info@shop.example", "shop", false],
    ["info@shop.example", "shop*", false],
    ["aa", "a*aa", false],
    ["aba", "ab*ba", false],
    ["a.c", "a*c", true],
    ["abc", "a.c", false],
    ["", "*", true],
    ["a*b", "a**b", true],
  ])("%s fits %s: %s", (text, pattern, fits) => {
    expect(fitsPattern(text, pattern)).toBe(fits);
  });

  it(`fits what the expression fits in which each star is .* (seed ${SEED})`, () => {
    const letters = fc.stringMatching(/^[ab]{0,8}$/);
    const pattern = fc.stringMatching(/^[ab*]{0,6}$/);
    fc.assert(
      fc.property(letters, pattern, (text, stars) => {
        const expression = new RegExp(`^${stars.replaceAll("*", ".*")}$`);
        expect(fitsPattern(text, stars)).toBe(expression.test(text));
      }),
      { seed: SEED, numRuns: 5_000 },
    );
  });

  it("takes no time to speak of however it is made", () => {
    const began = performance.now();
    for (let n = 0; n < 100; n++) expect(fitsPattern("a".repeat(1_024), `${"a*".repeat(99)}b*`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
