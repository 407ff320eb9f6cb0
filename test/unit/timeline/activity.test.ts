import { foldActivity } from "../../../src/timeline/activity";

const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`;
const row = (recordId: string, channel: string, interactions: number, at: string) => ({
  ...{ recordId, channel, interactions, firstAt: at, lastAt: at },
});

describe("activity", () => {
  it("is folded to one row per record and channel, in the order of that key", () => {
    const rows = [
      row("b", "X", 1, day(2)),
      row("a", "X", 1, day(3)),
      row("b", "X", 2, day(1)),
      row("a", "LINE", 1, day(4)),
    ];
    expect(foldActivity(rows)).toEqual([
      { recordId: "a", channel: "LINE", interactions: 1, firstAt: day(4), lastAt: day(4) },
      { recordId: "a", channel: "X", interactions: 1, firstAt: day(3), lastAt: day(3) },
      { recordId: "b", channel: "X", interactions: 3, firstAt: day(1), lastAt: day(2) },
    ]);
  });
});
