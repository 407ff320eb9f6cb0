import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

/** RFC 3339, section 5.6 `date-time`, its letters in either case. */
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const YEAR_1 = Date.parse("0001-01-01T00:00:00.000Z");
const YEAR_10000 = Date.parse("+010000-01-01T00:00:00.000Z");

/**
 * The instant that a text of RFC 3339 names, in UTC with milliseconds (finer fractions are cut off), or null when it
 * names none, or one outside the years 0001 to 9999. A leap second is the first moment of the next minute, as it is for
 * PostgreSQL.
 */
export function parseInstant(text: string): string | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "", zone] = match as unknown as string[];
  if (Number(day) > daysIn(Number(year), Number(month))) return null;
  const leap = second === "60";
  const milliseconds = leap ? "000" : fraction.slice(0, 3).padEnd(3, "0");
  const offset = zone!.toUpperCase();
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${leap ? "59" : second}.${milliseconds}${offset}`);
  const moment = leap ? time + 1000 : time;
  if (leap && new Date(moment).getUTCMinutes() % 30 !== 0) return null;
  return moment >= YEAR_1 && moment < YEAR_10000 ? new Date(moment).toISOString() : null;
}

function daysIn(year: number, month: number): number {
  if (month < 1 || month > 12) return 0;
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function read(value: unknown): string {
  const instant = typeof value === "string" ? parseInstant(value) : null;
  if (instant === null) {
    throw new GraphQLError(
      "A DateTime is a text of RFC 3339 with its offset, such as 2026-01-31T09:30:00Z, in the years 0001 to 9999.",
      { extensions: { code: "BAD_USER_INPUT" } },
    );
  }
  return instant;
}

/** Instants travel through the code as texts in UTC already, and leave as they are. */
function write(value: unknown): string {
  if (typeof value === "string" && value.endsWith("Z")) return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw new TypeError("a DateTime field was given something other than an instant");
}

export const DateTime = new GraphQLScalarType<string, string>({
  name: "DateTime",
  description:
    "A moment. In: RFC 3339 with any offset, years 0001 to 9999. Out: RFC 3339 in UTC with milliseconds, such as 2026-01-31T09:30:00.000Z.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  serialize: write,
  parseValue: read,
  parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
});
