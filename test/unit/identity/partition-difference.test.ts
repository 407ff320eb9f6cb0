import fc from "fast-check";
import { partitionDifference } from "../../../src/identity/resolve/partition-difference";

const SEED = Number(process.env.SEED ?? 20_261_122);

/** `a b | c` as a map from record to profile; the profile is the first of its records. */
function profiles(text: string): Map<string, string> {
  return new Map(clusters(text).flatMap((cluster) => cluster.map((id) => [id, cluster[0]!] as const)));
}

function clusters(text: string): string[][] {
  return text === "" ? [] : text.split(" | ").map((cluster) => cluster.split(" "));
}

describe("what turned one partition into another", () => {
  const difference = (before: string, after: string) => partitionDifference(profiles(before), clusters(after));

  test("is nothing where nothing changed", () => {
    expect(difference("a b | c", "a b | c")).toEqual({ moved: [], splits: [], merges: [] });
  });

  test("is a merge into the older id", () => {
    expect(difference("a b | c d", "a b c d")).toEqual({
      moved: [
        { recordId: "c", from: "c", to: "a" },
        { recordId: "d", from: "c", to: "a" },
      ],
      splits: [],
      merges: [{ profileId: "a", absorbedIds: ["c"] }],
    });
  });

  test("is a split in which the oldest record keeps the id", () => {
    expect(difference("a b c d", "a d | b | c")).toEqual({
      moved: [
        { recordId: "b", from: "a", to: "b" },
        { recordId: "c", from: "a", to: "c" },
      ],
      splits: [{ profileId: "a", separatedIds: ["b", "c"] }],
      merges: [],
    });
  });

  test("is a split and a merge where a record changed sides", () => {
    const { splits, merges, moved } = difference("a b | c d", "a | b c d");
    expect(splits).toEqual([{ profileId: "a", separatedIds: ["b"] }]);
    expect(merges).toEqual([{ profileId: "b", absorbedIds: ["c"] }]);
    expect(moved.map(({ recordId }) => recordId)).toEqual(["b", "c", "d"]);
  });

  test("is only a move where a new record is its own profile or joins one", () => {
    expect(difference("a", "a | b")).toEqual({
      moved: [{ recordId: "b", from: null, to: "b" }],
      splits: [],
      merges: [],
    });
    expect(difference("a", "a b")).toEqual({ moved: [{ recordId: "b", from: null, to: "a" }], splits: [], merges: [] });
  });

  test("is a merge of those whom a new record connects", () => {
    expect(difference("a | b", "a b c").merges).toEqual([{ profileId: "a", absorbedIds: ["b"] }]);
  });

  test("is a merge into a new record that is older than all: their ids lead to it", () => {
    expect(difference("b | c", "a b c").merges).toEqual([{ profileId: "a", absorbedIds: ["b", "c"] }]);
  });

  test("does not depend on the order of clusters and of the records in them", () => {
    const before = profiles("a b c d | e");
    expect(
      partitionDifference(before, [
        ["d", "b"],
        ["e", "c", "a"],
      ]),
    ).toEqual(
      partitionDifference(before, [
        ["a", "c", "e"],
        ["b", "d"],
      ]),
    );
  });
});

test(`splits, then merges, lead every old profile to the new ones (seed ${SEED})`, () => {
  const partition = fc.array(fc.option(fc.nat(3), { nil: null }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(partition, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), (old, next) => {
      const ids = old.map((_, index) => `r${index}`);
      const grouped = (labels: readonly (number | null)[]) =>
        [0, 1, 2, 3].map((label) => ids.filter((_, i) => labels[i] === label)).filter((cluster) => cluster.length > 0);
      const before = new Map(grouped(old).flatMap((cluster) => cluster.map((id) => [id, cluster[0]!] as const)));
      const after = grouped(next.slice(0, ids.length));
      const { moved, splits, merges } = partitionDifference(before, after);

      const present = new Map(before);
      for (const { recordId, from, to } of moved) {
        expect(present.get(recordId) ?? null).toBe(from);
        present.set(recordId, to);
      }
      expect(present).toEqual(new Map(after.flatMap((cluster) => cluster.map((id) => [id, cluster[0]!] as const))));

      const living = new Set(before.values());
      for (const { profileId, separatedIds } of splits) {
        expect(living.has(profileId)).toBe(true);
        for (const id of separatedIds) {
          expect(living.has(id)).toBe(false);
          living.add(id);
        }
      }
      for (const { profileId, absorbedIds } of merges) {
        for (const id of absorbedIds) expect(living.delete(id)).toBe(true);
        living.add(profileId);
      }
      const known = new Set([...before.keys()].map((id) => present.get(id)!));
      expect([...living].sort()).toEqual([...known].sort());
    }),
    { seed: SEED, numRuns: 500 },
  );
});
