import { once } from "node:events";
import { connect, Socket } from "node:net";

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("\r\n0\r\n\r\n");

interface Waiting {
  readonly answered: (body: Buffer) => void;
  readonly failed: (error: Error) => void;
}

/**
 * One kept-alive connection that sends a request at a time. As bare as it can be, so that the client takes little of the
 * machine that the servers are measured on; both sides of a comparison are asked with it.
 */
export class HttpConnection {
  private waiting: Waiting | undefined;
  private received: Buffer[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly head: string,
  ) {
    socket.on("data", (data) => this.take(data));
    socket.on("error", (error) => this.fail(error));
    socket.on("close", () => this.fail(new Error("the server closed the connection")));
  }

  static async open(
    url: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    const given = {
      host: `${hostname}:${port}`,
      "content-type": "application/json",
      accept: "application/json",
      ...headers,
    };
    const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
    return new HttpConnection(socket, `POST ${path} HTTP/1.1\r\n${lines.join("")}`);
  }

  /** The body of the answer. @throws Error when the status is not 200 */
  post(body: string): Promise<Buffer> {
    return new Promise((answered, failed) => {
      this.waiting = { answered, failed };
      this.socket.write(`${this.head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(data: Buffer): void {
    this.received.push(data);
    const all = this.received.length === 1 ? data : Buffer.concat(this.received);
    const bodyAt = all.indexOf(END_OF_HEAD) + END_OF_HEAD.length;
    if (bodyAt < END_OF_HEAD.length) return;
    const head = all.toString("latin1", 0, bodyAt);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const body = all.subarray(bodyAt);
    const isWhole = length === undefined ? endsWithLastChunk(body) : body.length >= Number(length);
    if (!isWhole) {
      this.received = [all];
      return;
    }
    this.received = [];
    const answer = length === undefined ? joinChunks(body) : body;
    if (head.startsWith("HTTP/1.1 200")) this.settle(({ answered }) => answered(answer));
    else this.fail(new Error(`${head.slice(0, head.indexOf("\r\n"))}: ${answer.toString().slice(0, 500)}`));
  }

  private fail(error: Error): void {
    this.settle(({ failed }) => failed(error));
  }

  private settle(how: (waiting: Waiting) => void): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) how(waiting);
  }
}

function endsWithLastChunk(body: Buffer): boolean {
  return body.length > LAST_CHUNK.length && body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
