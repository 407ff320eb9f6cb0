import { IncomingMessage } from "node:http";

/** The largest request body, in bytes: a thousand events with long texts fit well. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** A body that cannot be taken, with the status that says so. */
export class UnusableBody extends Error {
  constructor(
    readonly status: 400 | 413,
    message: string,
  ) {
    super(message);
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a request's body as JSON.
 *
 * @throws UnusableBody when it is too large, is no UTF-8 or no JSON
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) throw tooLarge();
  const body = await readBody(request);
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    throw new UnusableBody(400, "The body is not JSON in UTF-8.");
  }
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) {
        request.removeAllListeners("data");
        request.resume();
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function tooLarge(): UnusableBody {
  return new UnusableBody(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
}
