import fc from "fast-check";
import { readyDeliveries } from "../../../../src/connect/outbound/ready-deliveries";

const NOW = "2026-01-01T00:00:00.000Z";
const LATER = "2026-01-01T00:10:00.000Z";
const LATEST = "2026-01-01T00:20:00.000Z";

function waiting(position: number, ids: string, nextAttemptAt = NOW, attempts = 0) {
  const [profileId = null, ...relatedIds] = ids === "" ? [] : ids.split(" ");
  return { position, profileId, relatedIds, nextAttemptAt, attempts };
}

const positionsOf = (pending: ReturnType<typeof waiting>[]) =>
  readyDeliveries(pending, NOW).ready.map(({ position }) => position);

describe("what may be sent now", () => {
  it.each<[string, ReturnType<typeof waiting>[], number[]]>([
    ["the first of each profile", [waiting(1, "a"), waiting(2, "b"), waiting(3, "a")], [1, 2]],
    ["nothing of a profile whose first waits for its time", [waiting(1, "a", LATER), waiting(2, "a")], []],
    ["other profiles meanwhile", [waiting(1, "a", LATER), waiting(2, "b")], [2]],
    ["a merge only after what came before on either side", [waiting(1, "b"), waiting(2, "a b")], [1]],
    ["what follows a merge only after it", [waiting(1, "a b", LATER), waiting(2, "a"), waiting(3, "b")], []],
    ["what waits behind something that itself waits", [waiting(1, "b", LATER), waiting(2, "a b"), waiting(3, "a")], []],
    ["what follows a split on either side after it", [waiting(1, "a b"), waiting(2, "b"), waiting(3, "c")], [1, 3]],
    ["what speaks of nobody at any time", [waiting(1, "a", LATER), waiting(2, "")], [2]],
    ["the least tried first", [waiting(1, "a", NOW, 3), waiting(2, "b", NOW, 1), waiting(3, "c", NOW, 1)], [2, 3, 1]],
  ])("is %s", (_, pending, ready) => {
    expect(positionsOf(pending)).toEqual(ready);
  });

  it("says when the first of the others may be sent, but not of those that wait for one before them", () => {
    const pending = [waiting(1, "a", LATEST), waiting(2, "a", NOW), waiting(3, "b", LATER)];
    expect(readyDeliveries(pending, NOW).nextAt).toBe(LATER);
    expect(readyDeliveries([waiting(1, "a")], NOW).nextAt).toBeNull();
  });

  it("takes everything in the end, and no two that share a profile in another order than the feed's", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 });
    const feed = fc.array(fc.record({ ids, fails: fc.nat(2) }), { maxLength: 20 });
    fc.assert(
      fc.property(feed, (entries) => {
        let pending = entries.map((entry, at) => waiting(at, entry.ids.join(" ")));
        const failures = entries.map(({ fails }) => fails);
        const sent: number[] = [];
        while (pending.length > 0) {
          const { ready } = readyDeliveries(pending, NOW);
          expect(ready.length).toBeGreaterThan(0);
          const [{ position }] = ready as [(typeof ready)[number]];
          if (failures[position]! > 0) {
            failures[position]! -= 1;
            pending = pending.map((one) => (one.position === position ? { ...one, attempts: one.attempts + 1 } : one));
          } else {
            sent.push(position);
            pending = pending.filter((one) => one.position !== position);
          }
        }
        for (const [at, position] of sent.entries()) {
          const later = sent.slice(at + 1).filter((other) => other < position);
          expect(
            later.filter((other) => entries[other]!.ids.some((id) => entries[position]!.ids.includes(id))),
          ).toEqual([]);
        }
      }),
    );
  });
});
