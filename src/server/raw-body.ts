import { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const unpack = promisify(gunzip);

/** A body that cannot be taken, with the status that says so. */
export class UnusableBody extends Error {
  constructor(
    readonly status: 400 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads a request's body as it came.
 *
 * @throws UnusableBody when it is larger than so many bytes
 */
export async function readRawBody(request: IncomingMessage, most: number): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > most) throw tooLarge(most);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > most) {
        request.removeAllListeners("data");
        request.resume();
        reject(tooLarge(most));
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

/**
 * The body with its content encoding undone: gzip, or none. Unpacking stops where the limit is reached, so that a small
 * body cannot take much memory.
 *
 * @throws UnusableBody when it is larger than so many bytes, damaged, or encoded in another way
 */
export async function decodeBody(raw: Buffer, encoding: string | undefined, most: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity") return raw;
  if (name !== "gzip" && name !== "x-gzip") throw new UnusableBody(415, "Send the body as it is, or in gzip.");
  try {
    return await unpack(raw, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(most);
    throw new UnusableBody(400, "The body is not gzip, or is cut off.");
  }
}

function tooLarge(most: number): UnusableBody {
  return new UnusableBody(413, `The body is larger than ${most} bytes.`);
}
