import { isUuid } from "../access/uuid";
import { Instant } from "../db/column-types";
import { DomainError } from "../errors";
import { parseInstant } from "../graphql/date-time";
import { decodePageCursor, encodePageCursor } from "../graphql/page-cursor";

/** Where an interaction stands on a timeline: newest first, the greater id first where two happened at once. */
export interface TimelinePlace {
  readonly occurredAt: Instant;
  readonly id: string;
}

/** Tells a cursor of a timeline from one of another list that is ordered by the same kinds of keys. */
const LIST = "timeline";

export function encodeTimelineCursor(place: TimelinePlace): string {
  return encodePageCursor([LIST, place.occurredAt, place.id]);
}

/** @throws DomainError BAD_CURSOR for whatever `encodeTimelineCursor` does not write */
export function decodeTimelineCursor(cursor: string | null | undefined): TimelinePlace | null {
  const keys = decodePageCursor(cursor, 3);
  if (keys === null) return null;
  const [list, occurredAt, id] = keys as [string, string, string];
  if (list !== LIST || parseInstant(occurredAt) !== occurredAt || !isUuid(id) || id !== id.toLowerCase()) {
    throw new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
  }
  return { occurredAt, id };
}
