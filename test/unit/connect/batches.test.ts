import { type Batch, type BatchLimits, batches } from "../../../src/connect/import/batches";
import type { LineCheck } from "../../../src/connect/import/line-check";
import { numberedLines } from "../../../src/connect/import/numbered-lines";

const refuseBad: LineCheck = (line) =>
  line.text.startsWith("bad")
    ? { refused: { line: line.number, code: "NOT_JSON", message: "bad", text: line.text } }
    : { ok: { number: line.number, text: line.text } };

async function cut(text: string, limits: BatchLimits): Promise<Batch[]> {
  async function* bytes(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
  }
  const found: Batch[] = [];
  for await (const batch of batches(numberedLines(bytes()), refuseBad, limits)) found.push(batch);
  return found;
}

const numbers = (found: Batch[]): number[][] => found.map((batch) => batch.lines.map((line) => line.number));

describe("Cutting batches", () => {
  test("fills each up to the number of lines", async () => {
    const found = await cut("a\nb\nc\nd\ne\n", { lines: 2, bytes: 1000 });
    expect(numbers(found)).toEqual([[1, 2], [3, 4], [5]]);
    expect(found.map((batch) => batch.end)).toEqual([
      { offset: 4, line: 2 },
      { offset: 8, line: 4 },
      { offset: 10, line: 5 },
    ]);
  });

  test("counts bytes, not letters", async () => {
    expect(numbers(await cut("aaa\nbbb\nccc\n", { lines: 10, bytes: 8 }))).toEqual([[1, 2], [3]]);
    expect(numbers(await cut("กา\nกา\nกา\n", { lines: 10, bytes: 8 }))).toEqual([[1], [2], [3]]);
  });

  test("sends a line larger than the limit alone", async () => {
    expect(numbers(await cut("a\nbbbbbbbbbbbb\nc\n", { lines: 10, bytes: 5 }))).toEqual([[1], [2], [3]]);
  });

  test("counts bad lines as well, so that a file of bad lines is not held in memory", async () => {
    const found = await cut("bad\nbad\nbad\na\n", { lines: 2, bytes: 1000 });
    expect(found.map((batch) => batch.refused.map((refusal) => refusal.line))).toEqual([[1, 2], [3]]);
    expect(numbers(found)).toEqual([[], [4]]);
  });

  test("makes nothing of nothing", async () => {
    expect(await cut("\n\n", { lines: 2, bytes: 10 })).toEqual([]);
  });
});
