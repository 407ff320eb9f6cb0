import { codesOf } from "./codes-of";

/** Lines of the table for texts up to this length are used again: to make them takes longer than to fill them. */
const KEPT = 256;
const LINES = [new Uint16Array(KEPT + 1), new Uint16Array(KEPT + 1), new Uint16Array(KEPT + 1)] as const;

/**
 * Steps that turn one text into the other: a character put in, left out, replaced, or exchanged with its neighbour
 * (Damerau-Levenshtein as optimal string alignment: no part is edited twice). Counts code points.
 *
 * @param atMost beyond this many steps the answer is `atMost + 1`, which is found sooner
 */
export function editDistance(first: string, second: string, atMost = Number.POSITIVE_INFINITY): number {
  if (first === second) return 0;
  const a = codesOf(first);
  const b = codesOf(second);
  if (Math.abs(a.length - b.length) > atMost) return atMost + 1;
  // What both begin and end with takes no step, and what is compared of people is mostly that.
  let from = 0;
  let endA = a.length;
  let endB = b.length;
  while (from < endA && from < endB && a[from] === b[from]) from++;
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [rows, columns] = [endA - from, endB - from];
  if (rows === 0 || columns === 0) return Math.min(rows + columns, atMost + 1);
  // The first characters differ and so do the last: but for one exchange each end takes a step of its own.
  if (atMost < 2 && Math.max(rows, columns) > 2) return atMost + 1;
  let [before, above, line] = columns <= KEPT ? LINES : newLines(columns);
  for (let column = 0; column <= columns; column++) above[column] = column;
  for (let row = 1; row <= rows; row++) {
    const one = a[from + row - 1];
    line[0] = row;
    let least = row;
    for (let column = 1; column <= columns; column++) {
      const other = b[from + column - 1];
      let steps = Math.min(above[column]! + 1, line[column - 1]! + 1, above[column - 1]! + (one === other ? 0 : 1));
      const exchanged = row > 1 && column > 1 && one === b[from + column - 2] && a[from + row - 2] === other;
      if (exchanged) steps = Math.min(steps, before[column - 2]! + 1);
      line[column] = steps;
      if (steps < least) least = steps;
    }
    if (least > atMost) return atMost + 1;
    [before, above, line] = [above, line, before];
  }
  return Math.min(above[columns]!, atMost + 1);
}

function newLines(columns: number): readonly [Uint16Array, Uint16Array, Uint16Array] {
  return [new Uint16Array(columns + 1), new Uint16Array(columns + 1), new Uint16Array(columns + 1)];
}
