import { Readable } from "node:stream";
import fc from "fast-check";
import { mboxMessages } from "../../../src/connect/systems/mail/mbox";

/** In pieces of a few bytes, so that line ends and separators are cut through. */
async function messagesOf(text: string, offset = 0, piece = 7) {
  const bytes = Buffer.from(text).subarray(offset);
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
    bytes.subarray(at * piece, (at + 1) * piece),
  );
  const found: { text: string; start: number; end: number }[] = [];
  for await (const { raw, start, end } of mboxMessages(Readable.from(pieces), offset)) {
    found.push({ text: raw.toString(), start, end });
  }
  return found;
}

const SEPARATOR = "From nok@example.com Sun Mar  1 09:30:00 2026\n";
const MBOX = `${SEPARATOR}Subject: one\n\n>From here\nFrom there, tea\n\n${SEPARATOR}Subject: two\n\nFrom now on\n`;

describe("An mbox file", () => {
  test("is read message by message, and what was escaped is as it was", async () => {
    const found = await messagesOf(MBOX);
    expect(found.map(({ text }) => text)).toEqual([
      "Subject: one\n\nFrom here\nFrom there, tea\n\n",
      "Subject: two\n\nFrom now on\n",
    ]);
    expect(found[0]!.end).toBe(found[1]!.start);
    expect(found[1]!.end).toBe(MBOX.length);
  });

  test("can be gone on with behind any message", async () => {
    const [first, second] = await messagesOf(MBOX);
    expect(await messagesOf(MBOX, first!.end)).toEqual([second]);
  });

  test("is one message when nothing separates any", async () => {
    const eml = "Subject: one\r\n\r\n>From here\r\nFrom nok Sun 09:30 2026\r\n";
    expect(await messagesOf(eml)).toEqual([{ text: eml, start: 0, end: eml.length }]);
    expect(await messagesOf("")).toEqual([]);
    expect(await messagesOf("\n\n")).toEqual([]);
  });

  test("gives back what was put in, wherever it is cut", () => {
    const line = fc.stringMatching(/^[ -~]{0,30}$/);
    const message = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `Subject: x\n${lines.join("\n")}\n`);
    return fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (all, piece) => {
          const mbox = all.map((text) => `${SEPARATOR}${text.replace(/^(>*From )/gm, ">$1")}\n`).join("");
          const found = await messagesOf(mbox, 0, piece);
          expect(found.map(({ text }) => text)).toEqual(all.map((text) => `${text}\n`));
        },
      ),
    );
  });
});
