import fc from "fast-check";
import {
  decodeExamplePlace,
  ExampleKind,
  ExampleWindow,
  encodeExamplePlace,
  examplesBehind,
  FIRST_EXAMPLE,
  NONE_PASSED,
  PlacedExample,
  PreviewExample,
} from "../../../src/identity/preview/preview-examples";

const SEED = Number(process.env.SEED ?? 20260412);

const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const example = (kind: ExampleKind, n: number): PreviewExample => ({ kind, id: idOf(n), profileIds: [], reasons: [] });

function windowOf(joined: readonly number[], split: readonly number[], hasMore = false): ExampleWindow {
  const examples = {
    JOINED: joined.map((n) => example("JOINED", n)),
    SPLIT: split.map((n) => example("SPLIT", n)),
  };
  return { passed: NONE_PASSED, examples, hasMore: { JOINED: hasMore, SPLIT: hasMore } };
}

const inWords = (examples: readonly PreviewExample[]) =>
  examples.map(({ kind, id }) => `${kind[0]}${Number(id.slice(-3))}`);

function pages(window: ExampleWindow, size: number, only: ExampleKind | null): PlacedExample[] {
  const all: PlacedExample[] = [];
  for (let place = FIRST_EXAMPLE; ; ) {
    const found = examplesBehind(window, place, size, only)!;
    all.push(...found);
    if (found.length < size) return all;
    place = decodeExamplePlace(encodeExamplePlace(found.at(-1)!.place));
  }
}

describe("examples of a preview", () => {
  it.each([
    [[1, 2, 3], [7, 8], "J1 S7 J2 S8 J3"],
    [[5], [2, 3, 4], "J5 S2 S3 S4"],
    [[], [2, 3], "S2 S3"],
    [[2, 3], [], "J2 J3"],
    [[], [], ""],
  ])("joined %j and split %j come in turn: %s", (joined, split, expected) => {
    expect(inWords(examplesBehind(windowOf(joined, split), FIRST_EXAMPLE, 9, null)!).join(" ")).toBe(expected);
  });

  it("of one kind come without the other", () => {
    expect(inWords(examplesBehind(windowOf([1, 2], [3]), FIRST_EXAMPLE, 9, "SPLIT")!)).toEqual(["S3"]);
  });

  const numbers = fc
    .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 12 })
    .map((all) => all.sort((a, b) => a - b));
  const kinds = fc.constantFrom("JOINED" as const, "SPLIT" as const, null);

  it(`in pages are what they are at once, whatever the size of a page (seed ${SEED})`, () => {
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 1, max: 5 }), kinds, (joined, split, size, only) => {
        const window = windowOf(joined, split);
        expect(pages(window, size, only)).toEqual(examplesBehind(window, FIRST_EXAMPLE, 100, only));
      }),
      { seed: SEED },
    );
  });

  it("are not made up where the window ends before them", () => {
    const window = windowOf([1], [2], true);
    expect(inWords(examplesBehind(window, FIRST_EXAMPLE, 2, null)!)).toEqual(["J1", "S2"]);
    expect(examplesBehind(window, FIRST_EXAMPLE, 3, null)).toBeNull();
    const later = { ...window, passed: { JOINED: idOf(0), SPLIT: idOf(0) } };
    expect(examplesBehind(later, FIRST_EXAMPLE, 1, null)).toBeNull();
  });

  it.each(["", "x", encodeExamplePlace(FIRST_EXAMPLE), encodeExamplePlace({ kind: "JOINED", passed: NONE_PASSED })])(
    "have no cursor %j",
    (cursor) => {
      expect(() => decodeExamplePlace(cursor)).toThrow("The cursor is not one of this list.");
    },
  );
});
