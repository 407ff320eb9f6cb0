import fc from "fast-check";
import { LeastOf } from "../../../src/identity/resolve/least-of";

const SEED = Number(process.env.SEED ?? 20260411);

it(`the least entries are those that sorting would give, however they come (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 })), fc.integer({ min: 1, max: 9 }), (numbers, most) => {
      const least = new LeastOf<{ key: string; times: number }>(most);
      for (const number of numbers) {
        const key = String(number).padStart(2, "0");
        const entry = least.at(key, () => ({ key, times: 0 }));
        if (entry !== null) entry.times += 1;
      }
      const all = [...new Set(numbers)].sort((a, b) => a - b);
      const listed = least.list();
      expect(listed.map(({ key }) => Number(key))).toEqual(all.slice(0, most));
      expect(least.hasMore).toBe(all.length > most);
      for (const { key, times } of listed) {
        expect(times).toBe(numbers.filter((number) => number === Number(key)).length);
      }
    }),
    { seed: SEED },
  );
});
