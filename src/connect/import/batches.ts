import type { CheckedLine, LineCheck } from "./line-check";
import type { NumberedLine, Place } from "./numbered-lines";
import type { Refusal } from "./refusal";

/** Lines that are dealt with in one go: the good ones are sent in one request, the others are listed. */
export interface Batch {
  readonly lines: readonly CheckedLine[];
  readonly refused: readonly Refusal[];
  /** Where to go on when this batch is done. */
  readonly end: Place;
}

export interface BatchLimits {
  /** Lines, good and bad. */
  readonly lines: number;
  /** Bytes of the lines' text in UTF-8; one line that is larger is a batch of its own. */
  readonly bytes: number;
}

/** Cuts checked lines into batches that stay within both limits. Holds one batch at a time. */
export async function* batches(
  lines: AsyncIterable<NumberedLine>,
  check: LineCheck,
  limits: BatchLimits,
): AsyncGenerator<Batch> {
  let good: CheckedLine[] = [];
  let refused: Refusal[] = [];
  let bytes = 0;
  let end: Place | undefined;

  const take = (at: Place): Batch => {
    const batch = { lines: good, refused, end: at };
    good = [];
    refused = [];
    bytes = 0;
    return batch;
  };

  for await (const line of lines) {
    const size = Buffer.byteLength(line.text) + 1;
    const count = good.length + refused.length;
    if (end !== undefined && count > 0 && (count >= limits.lines || bytes + size > limits.bytes)) yield take(end);
    const checked = check(line);
    if ("ok" in checked) good.push(checked.ok);
    else refused.push(checked.refused);
    bytes += size;
    end = { offset: line.end, line: line.number };
  }
  if (end !== undefined && good.length + refused.length > 0) yield take(end);
}
