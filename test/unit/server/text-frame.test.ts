import { Writable } from "node:stream";
import * as ws from "ws";
import { beginTextFrame } from "../../../src/server/text-frame";

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

describe("a text frame", () => {
  it.each([1, 124, 125, 126, 127, 4_000, 65_534, 65_535, 65_536, 200_000])(
    "of %d bytes is read as it was written, copied into the frame or sent behind its beginning",
    async (length) => {
      const text = Buffer.from("é".repeat(length / 2) + "x".repeat(length % 2));
      const at = Math.min(7, length);
      const whole = beginTextFrame(text.subarray(0, at), length, length - at);
      text.copy(whole, whole.length - (length - at), at);
      const begun = beginTextFrame(text.subarray(0, at), length, 0);
      expect(await received(whole, begun, text.subarray(at), whole)).toEqual(Array(3).fill(String(text)));
    },
  );
});
