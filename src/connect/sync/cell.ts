import type { CellFormat } from "./mapping";

/** What a cell says: undefined where the row has no such cell, null where it is empty. */
export type CellValue = string | number | boolean | null | undefined | readonly (string | number | boolean)[];

/** The cell cannot be what the mapping says; the message is for the user and has the column in front of it. */
export class CellProblem extends Error {}

const LOCAL_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?(?: ?UTC)?$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;
const EPOCH = /^\d{10}(?:\d{3})?$/;

/** @throws CellProblem */
export function readCell(cell: unknown, format: CellFormat): CellValue {
  if (cell === undefined) return undefined;
  if (Array.isArray(cell)) return cell.filter(isScalar).map((one) => valueIn(textOf(one), format));
  const text = textOf(cell);
  if (text === "") return null;
  if (format.split === undefined) return valueIn(text, format);
  const pieces = text.split(format.split).map((piece) => piece.trim());
  return pieces.filter((piece) => piece !== "").map((piece) => valueIn(piece, format));
}

/** @throws CellProblem unless it is an instant; null where the cell is empty */
export function readInstant(cell: unknown, { utcOffset }: Pick<CellFormat, "utcOffset">): string | null {
  const text = textOf(cell);
  return text === "" ? null : instantOf(text, utcOffset);
}

/** Of what is no single value, such as an object: nothing. */
export function textOf(cell: unknown): string {
  return isScalar(cell) ? String(cell).trim() : "";
}

function isScalar(cell: unknown): cell is string | number | boolean {
  return typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean";
}

function valueIn(text: string, { type, values, utcOffset }: CellFormat): string | number | boolean {
  if (values !== undefined && Object.hasOwn(values, text)) return values[text]!;
  switch (type) {
    case "number":
      return numberOf(text);
    case "boolean":
      return booleanOf(text);
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(text) ? dayOf(text) : instantOf(text, utcOffset);
    default:
      return text;
  }
}

function numberOf(text: string): number {
  const value = Number(text);
  if (!/^[-+]?\d*\.?\d+(?:e[-+]?\d+)?$/i.test(text) || !Number.isFinite(value)) {
    throw new CellProblem("is no number; write it as 1234.5");
  }
  return value;
}

function booleanOf(text: string): boolean {
  if (/^(?:true|yes|y|1)$/i.test(text)) return true;
  if (/^(?:false|no|n|0)$/i.test(text)) return false;
  throw new CellProblem("is neither true nor false");
}

function dayOf(text: string): string {
  instantOf(text, "+00:00");
  return text;
}

/** RFC 3339; the same without an offset, and then in that of the mapping; or seconds or milliseconds since 1970. */
function instantOf(text: string, utcOffset: string): string {
  if (EPOCH.test(text)) return new Date(Number(text) * (text.length === 10 ? 1000 : 1)).toISOString();
  if (WITH_OFFSET.test(text)) return checkedInstant(text.replace(" ", "T").replace(/([+-]\d\d)(\d\d)$/, "$1:$2"), text);
  const local = LOCAL_TIME.exec(text);
  if (local === null) {
    throw new CellProblem(
      "is no date that is read here; write it as 2026-03-01, 2026-03-01 09:30 or 2026-03-01T09:30:00Z",
    );
  }
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = ""] = local;
  const offset = text.endsWith("UTC") ? "Z" : utcOffset;
  return checkedInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`, text);
}

/** `Date` takes February 30 for March 2: the day is compared with what was written. */
function checkedInstant(instant: string, text: string): string {
  const date = new Date(instant);
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text.slice(0, 10))) {
    throw new CellProblem("is no date of the calendar");
  }
  return date.toISOString();
}
