import { findJsonProblem } from "../../ingest/text-rules";

/** Characters of JSON that are kept of one thing that could not be taken. */
const KEPT_MAX = 65_536;
/** Neither PostgreSQL nor UTF-8 holds these. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

export interface KeptItem {
  /** JSON; where the item is not whole, a JSON string of its beginning. */
  readonly text: string;
  readonly whole: boolean;
}

/** An item as it is kept to be looked at and tried again. Never throws, however large, deep or odd the item. */
export function keptItem(item: unknown): KeptItem {
  const text = jsonOf(item);
  const isWhole = text !== null && text.length <= KEPT_MAX && findJsonProblem(item) === null;
  if (isWhole) return { text, whole: true };
  const beginning = (text ?? "").slice(0, KEPT_MAX).replace(UNSTORABLE, "\ufffd");
  return { text: JSON.stringify(beginning), whole: false };
}

function jsonOf(item: unknown): string | null {
  try {
    return JSON.stringify(item) ?? null;
  } catch {
    // Nested deeper than the stack reaches.
    return null;
  }
}
