import { isUuid } from "../access/uuid";
import { DomainError } from "../errors";
import { decodePageCursor, encodePageCursor } from "../graphql/page-cursor";
import { PairPlace, SuggestionPlace } from "./listed-suggestion";

/** Tells a cursor of the suggestions from one of another list. */
const LIST = "suggestions";
const KEYS = 11;

/** Where a suggestion stands in the list: the ends of its group, its value, and where it stands by strength. */
export function encodeSuggestionPlace(place: SuggestionPlace): string {
  const { from, to } = place.group;
  return encodePageCursor([LIST, ...keysOf(from), ...keysOf(to), String(place.value), ...keysOf(place)]);
}

/** @throws DomainError BAD_CURSOR */
export function decodeSuggestionPlace(cursor: string | null | undefined): SuggestionPlace | null {
  const keys = decodePageCursor(cursor, KEYS);
  if (keys === null) return null;
  if (keys[0] !== LIST) throw badCursor();
  const group = { from: placeOf(keys.slice(1, 4)), to: placeOf(keys.slice(4, 7)) };
  return { group, value: numberOf(keys[7]!), ...placeOf(keys.slice(8)) };
}

function keysOf({ strength, recordA, recordB }: PairPlace): string[] {
  return [String(strength), recordA, recordB];
}

function placeOf([strength, recordA, recordB]: readonly string[]): PairPlace {
  if (![recordA!, recordB!].every((id) => isUuid(id) && id === id.toLowerCase())) throw badCursor();
  return { strength: numberOf(strength!), recordA: recordA!, recordB: recordB! };
}

function numberOf(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || String(number) !== text) throw badCursor();
  return number;
}

function badCursor(): DomainError {
  return new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
}
