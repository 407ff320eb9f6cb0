import { DomainError } from "../../errors";
import { decodePageCursor, encodePageCursor } from "../../graphql/page-cursor";

export type ExampleKind = "JOINED" | "SPLIT";

/** A change that other rules would make, told by the profiles concerned and the reasons for it. */
export interface PreviewExample {
  readonly kind: ExampleKind;
  /** Of JOINED the id that the profile would have, of SPLIT the id that it has: no two of a kind have the same. */
  readonly id: string;
  /** Of JOINED the profiles as they are, the survivor first; of SPLIT the profile and the ids its parts would have. */
  readonly profileIds: readonly string[];
  readonly reasons: readonly string[];
}

/** Of each kind the id of the last example that was passed; null: none was. */
export interface ExamplesPassed {
  readonly JOINED: string | null;
  readonly SPLIT: string | null;
}

export const NONE_PASSED: ExamplesPassed = { JOINED: null, SPLIT: null };

/** Examples of each kind by their ids, those that follow on the ones passed. */
export interface ExampleWindow {
  readonly passed: ExamplesPassed;
  readonly examples: Readonly<Record<ExampleKind, readonly PreviewExample[]>>;
  /** Whether more follow on those of the window. */
  readonly hasMore: Readonly<Record<ExampleKind, boolean>>;
}

/** Where a page begins: behind these, the last of which was of this kind. */
export interface ExamplePlace {
  readonly kind: ExampleKind | null;
  readonly passed: ExamplesPassed;
}

export const FIRST_EXAMPLE: ExamplePlace = { kind: null, passed: NONE_PASSED };

/** An example with the place that follows on it. */
export interface PlacedExample extends PreviewExample {
  readonly place: ExamplePlace;
}

/**
 * The examples that follow on a place, joins and splits in turn, the ones with the oldest ids first; where one kind has
 * ended the other goes on. Null when the window does not hold them all.
 *
 * @param only the one kind that is wanted; null: both
 */
export function examplesBehind(
  window: ExampleWindow,
  place: ExamplePlace,
  count: number,
  only: ExampleKind | null,
): PlacedExample[] | null {
  const kinds: ExampleKind[] = only === null ? ["JOINED", "SPLIT"] : [only];
  if (!kinds.every((kind) => (window.passed[kind] ?? "") <= (place.passed[kind] ?? ""))) return null;
  const following = kinds.map((kind) => ({
    kind,
    examples: window.examples[kind].filter(({ id }) => id > (place.passed[kind] ?? "")),
    taken: 0,
  }));
  const isLeft = ({ kind, examples, taken }: (typeof following)[number]) =>
    taken < examples.length || window.hasMore[kind];
  const placed: PlacedExample[] = [];
  for (let { kind: last, passed } = place; placed.length < count; ) {
    const turn = following.find((one) => one.kind !== last && isLeft(one)) ?? following.find(isLeft);
    if (turn === undefined) break;
    const example = turn.examples[turn.taken++];
    if (example === undefined) return null;
    last = turn.kind;
    passed = { ...passed, [last]: example.id };
    placed.push({ ...example, place: { kind: last, passed } });
  }
  return placed;
}

/** Tells a cursor of the examples from one of another list. */
const LIST = "examples";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function encodeExamplePlace({ kind, passed }: ExamplePlace): string {
  return encodePageCursor([LIST, kind ?? "", passed.JOINED ?? "", passed.SPLIT ?? ""]);
}

/** @throws DomainError BAD_CURSOR */
export function decodeExamplePlace(cursor: string | null | undefined): ExamplePlace {
  const keys = decodePageCursor(cursor, 4);
  if (keys === null) return FIRST_EXAMPLE;
  const [list, kind, joined, split] = keys as [string, string, string, string];
  const known = (kind === "JOINED" && joined !== "") || (kind === "SPLIT" && split !== "");
  if (list !== LIST || !known || ![joined, split].every((id) => id === "" || UUID.test(id))) {
    throw new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
  }
  return { kind: kind as ExampleKind, passed: { JOINED: joined || null, SPLIT: split || null } };
}
