/**
 * What cannot be stored or given back as it was sent. Each function answers null, or what is wrong in words that tell
 * the sender what to change; the caller puts the name of the field in front. None throws, however deep the input.
 */

/** Containers inside one another, the outermost counted as the first. */
export const JSON_DEPTH_MAX = 64;

const LONE_SURROGATE = /\p{Surrogate}/u;
/** Up to here JavaScript, PostgreSQL and most others print an integer digit by digit; above it they use an exponent. */
const EXPONENT_FROM = 1e21;
const INSTANT = /^(\d{4})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** PostgreSQL stores no U+0000, and half a surrogate pair has no UTF-8. */
export function findTextProblem(value: string): string | null {
  if (value.includes("\0")) return "contains the character U+0000; remove it";
  if (LONE_SURROGATE.test(value)) return "contains half of a surrogate pair; send the whole character or remove it";
  return null;
}

/** Of a parsed JSON value: depth, numbers, texts and keys. */
export function findJsonProblem(value: unknown): string | null {
  return findProblemAt(value, 0);
}

/** Of an instant in UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`: it exists and lies in the years 0001 to 9999. */
export function findInstantProblem(value: string): string | null {
  const year = INSTANT.exec(value)?.[1];
  if (year === undefined || year === "0000") return "is outside the years 0001 to 9999 in UTC; send a date within them";
  const date = new Date(value);
  if (Number.isNaN(date.getTime()) || date.toISOString() !== value) return "is not a date of the calendar; correct it";
  return null;
}

/** `depth`: how many containers the value lies in. The limit on it also bounds the recursion. */
function findProblemAt(value: unknown, depth: number): string | null {
  switch (typeof value) {
    case "string":
      return findTextProblem(value);
    case "number":
      return findNumberProblem(value);
    case "boolean":
    case "undefined":
      return null;
    case "object":
      if (value === null) return null;
      if (depth === JSON_DEPTH_MAX) return `is nested deeper than ${JSON_DEPTH_MAX} levels; flatten it`;
      return Array.isArray(value) ? findProblemInArray(value, depth + 1) : findProblemInObject(value, depth + 1);
    default:
      return "contains what is not JSON; send null, booleans, numbers, strings, arrays and objects only";
  }
}

function findProblemInArray(items: readonly unknown[], depth: number): string | null {
  for (const item of items) {
    const problem = findProblemAt(item, depth);
    if (problem !== null) return problem;
  }
  return null;
}

function findProblemInObject(object: object, depth: number): string | null {
  for (const [key, member] of Object.entries(object)) {
    if (findTextProblem(key) !== null) return `has a key that ${findTextProblem(key)}`;
    const problem = findProblemAt(member, depth);
    if (problem !== null) return problem;
  }
  return null;
}

/** An integer beyond 2^53 has lost digits by the time it is here, and would come back as another number. */
function findNumberProblem(value: number): string | null {
  if (!Number.isFinite(value)) return "contains a number beyond a double; send it as a string";
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < EXPONENT_FROM) {
    return "contains an integer beyond 2^53, which a double cannot hold exactly; send it as a string";
  }
  return null;
}
