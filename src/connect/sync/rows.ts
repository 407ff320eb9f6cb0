import { pipeline, Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { type NumberedLine, numberedLines, type Place } from "../import/numbered-lines";
import type { SourceFile } from "../import/source-file";
import { isWanted, type Row } from "./map-row";
import { columnsOf, type Mapping } from "./mapping";

/** A larger row cannot be one person; a quotation mark that is never closed ends here. */
const ROW_BYTES_MAX = 1_000_000;

/**
 * The rows of an export behind a place, each as a line of JSON, numbered by the line on which it begins. Rows that the
 * mapping passes over are left out.
 *
 * Throws an error with words for the user when the file cannot be an export that the mapping speaks of.
 */
export function readRows(
  source: SourceFile,
  mapping: Mapping,
  from: Place,
  signal: AbortSignal,
): AsyncIterable<NumberedLine> {
  return formatOf(source, mapping) === "csv"
    ? csvRows(source, mapping, from, signal)
    : jsonRows(source, mapping, from, signal);
}

function formatOf({ name }: SourceFile, { format }: Mapping): "csv" | "ndjson" {
  return format ?? (/\.(?:ndjson|jsonl|json)$/i.test(name) ? "ndjson" : "csv");
}

async function* jsonRows(source: SourceFile, mapping: Mapping, from: Place, signal: AbortSignal) {
  for await (const line of numberedLines(source.read(from.offset, signal), from)) {
    const row = line.problem === undefined ? parseRow(line.text) : null;
    if (row === null || isWanted(row, mapping)) yield line;
  }
}

/** Null for what is no object; it is refused later, with its line. */
export function parseRow(text: string): Row | null {
  try {
    const row: unknown = JSON.parse(text);
    return typeof row === "object" && row !== null && !Array.isArray(row) ? (row as Row) : null;
  } catch {
    return null;
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * A row may go over several lines, so that no place in the middle of the file is known to be between two: what was read
 * before is read again and passed over. After a broken quotation nobody knows where the next row begins: reading ends.
 */
async function* csvRows(source: SourceFile, mapping: Mapping, from: Place, signal: AbortSignal) {
  const options = { delimiter: mapping.delimiter, bom: true, info: true, relax_column_count: true };
  const parser = parse({ ...options, skip_empty_lines: true, max_record_size: ROW_BYTES_MAX });
  pipeline(Readable.from(decoded(source.read(0, signal), mapping.encoding, source.name)), parser, () => undefined);
  let header: readonly string[] | undefined;
  let number = 1;
  for await (const { record, info } of inWords(parser as AsyncIterable<CsvRecord>, source.name)) {
    const begins = number;
    number = info.lines + 1;
    if (header === undefined) {
      header = checkedHeader(record, mapping, source.name);
      continue;
    }
    if (begins <= from.line) continue;
    const row = rowOf(header, record);
    const place = { number: begins, end: info.bytes };
    if (row === null) {
      const reason = `The row has ${record.length} cells, and the header names ${header.length}`;
      yield { ...place, text: record.join(mapping.delimiter), problem: "NOT_CSV" as const, reason };
    } else if (isWanted(row, mapping)) yield { ...place, text: JSON.stringify(row) };
  }
  if (header === undefined) throw new Error(`${source.name} is empty: it has not even a header`);
}

async function* inWords(rows: AsyncIterable<CsvRecord>, file: string): AsyncGenerator<CsvRecord> {
  try {
    yield* rows;
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`${file}: ${error.message}; nothing behind it was read`);
    throw error;
  }
}

function rowOf(header: readonly string[], record: readonly string[]): Row | null {
  if (record.length !== header.length) return null;
  return Object.fromEntries(header.map((column, place) => [column, record[place]]));
}

function checkedHeader(cells: readonly string[], mapping: Mapping, file: string): readonly string[] {
  const header = cells.map((cell) => cell.trim());
  const twice = header.find((column, place) => header.indexOf(column) !== place);
  const wanted = columnsOf(mapping);
  if (twice !== undefined && wanted.includes(twice)) {
    throw new Error(`${file}, line 1: the column "${twice}" is there twice, so nobody knows which is meant`);
  }
  const missing = wanted.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  const quoted = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(", ");
  throw new Error(`${file}, line 1: there is no column ${quoted(missing)}. There are ${quoted(header)}.`);
}

/** Throws an error with words for the user at the first bytes that the encoding does not have. */
async function* decoded(bytes: AsyncIterable<Buffer>, encoding: string, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    throw new Error(`${file} is not encoded as ${encoding}; name its encoding in the mapping, such as "windows-874"`);
  }
}
