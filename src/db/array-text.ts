/** What JSON writes with a backslash and PostgreSQL reads otherwise: all but quotes and backslashes. */
const OTHER_ESCAPES = /\\[^"\\]/;

/**
 * A list of texts, numbers and truth values as PostgreSQL reads arrays (see "Array Input and Output Syntax" in its manual),
 * written by JSON at once: pg goes through the elements one by one, and there are tens of thousands to a large batch. Null
 * for lists that are not written the same in both.
 */
export function arrayText(values: readonly unknown[]): string | null {
  if (!values.every(isPlain)) return null;
  const json = JSON.stringify(values);
  return OTHER_ESCAPES.test(json) ? null : `{${json.slice(1, -1)}}`;
}

function isPlain(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}
