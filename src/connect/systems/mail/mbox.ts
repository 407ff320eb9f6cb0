/**
 * The messages of an mbox file (RFC 4155), one at a time: what comes from backups, Thunderbird and Google Takeout.
 *
 * A message begins at a line `From <sender> <date>` at the start of the file or after an empty line. Such a line inside a
 * message has `>` in front, which is taken off again. A file without any such line is one message: an .eml file.
 */

/** A larger message is passed over, and said to be. */
export const MESSAGE_MAX = 40 * 1024 * 1024;

export interface MboxMessage {
  readonly raw: Buffer;
  /** Offsets in the file: of its first byte, and just after it. */
  readonly start: number;
  readonly end: number;
  /** It has more than MESSAGE_MAX bytes, and `raw` is only its beginning. */
  readonly isTooLarge: boolean;
}

const NEWLINE = 0x0a;
const SEPARATOR = /^From \S+ +.*\d{1,2}:\d\d.*\d{4}/;
const ESCAPED = /^>+From /;
/** No separator is longer, and no escaped one needs more of its line to be known. */
const LINE_HEAD = 300;

/** @param offset where the stream begins in the file: at its start, or where a message begins */
export async function* mboxMessages(bytes: AsyncIterable<Buffer>, offset: number): AsyncGenerator<MboxMessage> {
  let message = new Collected(offset);
  let isAfterEmptyLine = true;
  for await (const line of rawLines(bytes)) {
    const head = line.toString("latin1", 0, LINE_HEAD);
    if (isAfterEmptyLine && SEPARATOR.test(head)) {
      if (message.isWritten) yield message.done();
      message = new Collected(message.end);
      message.skip(line);
    } else {
      message.add(line, ESCAPED.test(head) && message.hasSeparator ? 1 : 0);
    }
    isAfterEmptyLine = /^\r?\n?$/.test(head);
  }
  if (message.isWritten) yield message.done();
}

class Collected {
  private readonly parts: Buffer[] = [];
  private size = 0;
  private read = 0;
  isWritten = false;
  hasSeparator = false;

  constructor(private readonly start: number) {}

  get end(): number {
    return this.start + this.read;
  }

  skip(line: Buffer): void {
    this.read += line.length;
    this.hasSeparator = true;
  }

  /** @param from how many bytes of the line are left out */
  add(line: Buffer, from: number): void {
    this.read += line.length;
    this.size += line.length;
    if (line.length > 2 || line.toString("latin1").trim() !== "") this.isWritten = true;
    if (this.size <= MESSAGE_MAX) this.parts.push(line.subarray(from));
  }

  done(): MboxMessage {
    const { start, end, size, parts } = this;
    return { raw: Buffer.concat(parts), start, end, isTooLarge: size > MESSAGE_MAX };
  }
}

/** Longer lines come in pieces. */
const PIECE = 1024 * 1024;

/** Lines with their line ends. */
async function* rawLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, start)) {
      yield data.subarray(start, at + 1);
      start = at + 1;
    }
    rest = data.subarray(start);
    if (rest.length > PIECE) {
      yield rest;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield rest;
}
