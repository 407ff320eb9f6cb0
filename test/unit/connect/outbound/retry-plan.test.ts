import { GIVEN_UP_AFTER_MS, holdAfter, nextAttempt } from "../../../../src/connect/outbound/retry-plan";

const HOUR = 3_600_000;

describe("retries", () => {
  it("come in growing pauses for three days, the last at the very end, and are then given up", () => {
    let now = 0;
    const times: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const next = nextAttempt({ now, attempts, firstAttemptAt: 0, failingSince: 0, random: 0.5 });
      if (next === null) break;
      times.push(next);
      now = next;
    }
    const pauses = times.map((time, at) => time - (times[at - 1] ?? 0));
    expect(pauses.slice(0, 10).map((pause) => pause / 1000)).toEqual([
      ...[5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 21_600],
    ]);
    expect(times.at(-1)).toBe(GIVEN_UP_AFTER_MS);
    expect(GIVEN_UP_AFTER_MS).toBe(72 * HOUR);
    expect(times.length).toBeGreaterThan(15);
  });

  it("vary by a tenth to either side", () => {
    const of = (random: number) => nextAttempt({ now: 0, attempts: 6, firstAttemptAt: 0, failingSince: 0, random });
    expect([of(0), of(1)]).toEqual([54 * 60_000, 66 * 60_000]);
  });

  it("are not begun for three more days where the endpoint has taken nothing for three days", () => {
    const failed = { attempts: 1, random: 0.5, failingSince: 0 };
    expect(nextAttempt({ ...failed, now: 71 * HOUR, firstAttemptAt: 71 * HOUR })).not.toBeNull();
    expect(nextAttempt({ ...failed, now: 72 * HOUR, firstAttemptAt: 72 * HOUR })).toBeNull();
  });

  it("hold up what is new for a minute at most", () => {
    expect([1, 2, 3, 4, 5, 6, 1_000].map((failures) => holdAfter(failures) / 1000)).toEqual([
      5, 10, 20, 40, 60, 60, 60,
    ]);
  });
});
