import {
  LONGEST_LINE_BYTES,
  type NumberedLine,
  numberedLines,
  type Place,
} from "../../../src/connect/import/numbered-lines";

async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function read(parts: (string | Buffer)[], from?: Place): Promise<NumberedLine[]> {
  const lines: NumberedLine[] = [];
  for await (const line of numberedLines(chunks(...parts), from)) lines.push(line);
  return lines;
}

describe("Reading lines", () => {
  test("gives each its number and the offset where the next begins", async () => {
    expect(await read(["one\ntwo\nthree"])).toEqual([
      { number: 1, text: "one", end: 4 },
      { number: 2, text: "two", end: 8 },
      { number: 3, text: "three", end: 13 },
    ]);
  });

  test("does not care where the chunks are cut, not even inside a letter", async () => {
    const text = "กาแฟ\nお茶\r\nlast\n";
    const whole = await read([text]);
    expect(whole.map((line) => line.text)).toEqual(["กาแฟ", "お茶", "last"]);
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
    }
  });

  test("counts blank lines but leaves them out", async () => {
    expect(await read(["a\n\n  \r\nb\n"])).toEqual([
      { number: 1, text: "a", end: 2 },
      { number: 4, text: "b", end: 9 },
    ]);
  });

  test("goes on from any place it has named", async () => {
    const text = "\uFEFFone\n\nกา\r\nfour";
    const all = await read([text]);
    expect(all[0]?.text).toBe("one");
    for (const [index, line] of all.entries()) {
      const rest = Buffer.from(text).subarray(line.end);
      expect(await read([rest], { offset: line.end, line: line.number })).toEqual(all.slice(index + 1));
    }
  });

  test("marks a line that is not UTF-8 and goes on with the next", async () => {
    const lines = await read([Buffer.from([0x61, 0xff, 0x0a]), "b\n"]);
    expect(lines).toMatchObject([
      { number: 1, problem: "NOT_UTF8" },
      { number: 2, text: "b" },
    ]);
    expect(lines[1]).not.toHaveProperty("problem");
  });

  test("cuts off a line that is too long, keeps none of its bulk and goes on with the next", async () => {
    const part = "x".repeat(LONGEST_LINE_BYTES / 2);
    const lines = await read([part, part, "x\nnext"]);
    expect(lines).toMatchObject([
      { number: 1, problem: "TOO_LONG", end: LONGEST_LINE_BYTES + 2 },
      { number: 2, text: "next", end: LONGEST_LINE_BYTES + 6 },
    ]);
    expect(lines[0]!.text.length).toBeLessThan(1000);
    expect(await read([part, part, "\n"])).toMatchObject([{ number: 1, text: part + part }]);
  });
});
