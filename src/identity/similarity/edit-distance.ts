/**
 * Steps that turn one text into the other: a character put in, left out, replaced, or exchanged with its neighbour
 * (Damerau-Levenshtein as optimal string alignment: no part is edited twice). Counts code points.
 *
 * @param atMost beyond this many steps the answer is `atMost + 1`, which is found sooner
 */
export function editDistance(first: string, second: string, atMost = Number.POSITIVE_INFINITY): number {
  if (first === second) return 0;
  const a = [...first];
  const b = [...second];
  if (Math.abs(a.length - b.length) > atMost) return atMost + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let steps = Math.min(above[column]! + 1, line[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1));
      const exchanged = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (exchanged) steps = Math.min(steps, before[column - 2]! + 1);
      line.push(steps);
      least = Math.min(least, steps);
    }
    if (least > atMost) return atMost + 1;
    before = above;
    above = line;
  }
  return Math.min(above[b.length]!, atMost + 1);
}
