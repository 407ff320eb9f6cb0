import { isUtf8 } from "node:buffer";

/** A longer line cannot be one event: the body of a whole request ends at 10 MB. */
export const LONGEST_LINE_BYTES = 9_000_000;

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = "\uFEFF";

export interface NumberedLine {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** The offset in bytes just after the line and its line end: where to go on after it. */
  readonly end: number;
  /** Why the text is not what the input holds: it was too long and is cut off, it is not UTF-8, or no row of its table. */
  readonly problem?: "TOO_LONG" | "NOT_UTF8" | "NOT_CSV" | "NOT_TAKEN";
  /** More about the problem, for the user. */
  readonly reason?: string;
}

/** Where reading begins: at the start of the line after line number `line`. */
export interface Place {
  readonly offset: number;
  readonly line: number;
}

/**
 * Cuts a stream of bytes into lines, holding no more than one line at a time. Blank lines are counted but left out; LF
 * and CRLF end a line, and the last needs no end. A byte order mark at the start is dropped.
 */
export async function* numberedLines(
  bytes: AsyncIterable<Buffer>,
  from: Place = { offset: 0, line: 0 },
): AsyncGenerator<NumberedLine> {
  let { offset, line: number } = from;
  let parts: Buffer[] = [];
  let kept = 0;
  let length = 0;

  const keep = (part: Buffer): void => {
    length += part.length;
    const room = Math.max(0, LONGEST_LINE_BYTES + 1 - kept);
    if (room > 0 && part.length > 0) parts.push(part.subarray(0, room));
    kept += Math.min(part.length, room);
  };
  const finish = (lineEnd: number): NumberedLine => {
    const line = readLine(parts.length === 1 ? parts[0]! : Buffer.concat(parts), length > LONGEST_LINE_BYTES);
    offset += length + lineEnd;
    number += 1;
    parts = [];
    kept = 0;
    length = 0;
    if (number === 1 && line.text.startsWith(BYTE_ORDER_MARK)) line.text = line.text.slice(1);
    return { number, end: offset, ...line };
  };

  for await (const chunk of bytes) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, at));
      start = at + 1;
      const line = finish(1);
      if (line.text.trim() !== "") yield line;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) {
    const line = finish(0);
    if (line.text.trim() !== "") yield line;
  }
}

const SHOWN_OF_A_LONG_LINE = 200;

function readLine(bytes: Buffer, tooLong: boolean): { text: string; problem?: "TOO_LONG" | "NOT_UTF8" } {
  if (tooLong) return { text: `${bytes.toString("utf8", 0, SHOWN_OF_A_LONG_LINE)}…`, problem: "TOO_LONG" };
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  const text = bytes.toString("utf8", 0, end);
  return isUtf8(bytes) ? { text } : { text, problem: "NOT_UTF8" };
}
