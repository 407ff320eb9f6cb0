import { PassThrough, Writable } from "node:stream";
import * as ws from "ws";
import { FramePiece } from "../../../src/server/frame-piece";
import { textHeaderLength, writeTextHeader } from "../../../src/server/text-frame";

/** Exported by `ws`, and missing from its types. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** What a receiver of `ws` reads from the bytes, which it refuses unless they are frames. */
function received(...chunks: Buffer[]): Promise<string[]> {
  const messages: string[] = [];
  const receiver = new Receiver({ isServer: false });
  receiver.on("message", (data: Buffer, isBinary: boolean) => messages.push(`${isBinary ? "binary" : ""}${data}`));
  return new Promise((resolve, reject) => {
    receiver.once("error", reject);
    for (const chunk of chunks) receiver.write(chunk);
    receiver.end(() => resolve(messages));
  });
}

/** The text of so many bytes, in two parts. */
function text(length: number): [Buffer, Buffer] {
  const whole = Buffer.from("é".repeat(length / 2) + "x".repeat(length % 2));
  return [whole.subarray(0, Math.min(7, length)), whole.subarray(Math.min(7, length))];
}

describe("a text frame", () => {
  it.each([1, 124, 125, 126, 127, 4_000, 65_534, 65_535, 65_536, 200_000])(
    "of %d bytes is read as it was written",
    async (length) => {
      const header = Buffer.alloc(textHeaderLength(length));
      expect(writeTextHeader(header, 0, length)).toBe(header.length);
      const [beginning, rest] = text(length);
      const whole = String(Buffer.concat([beginning, rest]));
      expect(await received(header, beginning, rest, header, beginning, rest)).toEqual([whole, whole]);
    },
  );
});

describe("frames put together", () => {
  it("are read one by one, those for which there was room", async () => {
    const piece = new FramePiece();
    const stream = new PassThrough();
    const lengths = [1, 125, 126, 4_000, 4_000, 4_000, 4_000, 4_000];
    const fitted = lengths.filter((length) => piece.add(...text(length)));
    expect(fitted).toEqual(lengths.slice(0, 7));
    piece.writeTo(stream);
    expect(await received(stream.read() as Buffer)).toEqual(
      fitted.map((length) => String(Buffer.concat(text(length)))),
    );
  });

  it("are left as they are by those that are put together after them, while a stream still holds them", async () => {
    const piece = new FramePiece();
    const held: Buffer[] = [];
    const slow = new Writable({ highWaterMark: 10, write: (chunk: Buffer) => void held.push(chunk) });
    for (const word of ["first", "second", "third"]) {
      piece.add(Buffer.from(word), Buffer.alloc(0));
      piece.writeTo(slow);
    }
    expect(await received(held[0]!)).toEqual(["first"]);
    expect(slow.writableLength).toBe("first".length + "second".length + "third".length + 3 * 2);
  });
});
