import pg from "pg";

/** An instant as the code carries it: RFC 3339 in UTC with milliseconds, such as 2026-11-22T07:19:00.123Z. */
export type Instant = string;

/** Object ids of PostgreSQL's built-in types, from its catalog `pg_type`. */
const OID = { int8: 20, timestamptz: 1184 } as const;

/**
 * PostgreSQL prints UTC as `2026-11-22 07:19:00.12+00`, with trailing zeros of the fraction left out. Rewriting the text
 * is a tenth of the cost of a Date, and timelines are mostly instants.
 */
function instantFromText(text: string): Instant {
  if (!text.endsWith("+00")) return new Date(text).toISOString();
  const fraction = text.slice(20, -3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, "0").slice(0, 3)}Z`;
}

/** Inside JSON, PostgreSQL writes an instant as ISO 8601 with an offset, such as 2026-11-22T07:19:00.12+00:00. */
export function instantFromJson(text: string): Instant {
  if (!text.endsWith("+00:00")) return new Date(text).toISOString();
  return `${text.slice(0, 19)}.${text.slice(20, -6).padEnd(3, "0").slice(0, 3)}Z`;
}

/** How values arrive: positions and counts as numbers (they stay below 2^53), times as instants, the rest as pg does. */
export const columnTypes = {
  getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
    if (format !== "binary") {
      if (oid === OID.timestamptz) return instantFromText;
      if (oid === OID.int8) return Number;
    }
    return pg.types.getTypeParser(oid, format as "text") as (value: string) => unknown;
  },
};
