import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, Socket } from "node:net";

/*
 * Frames of RFC 6455, section 5.2. What a client sends has to be masked; a mask of zeros leaves the text as it is.
 */
const WHOLE_TEXT = 0x81;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const OPCODE = 0x0f;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const LENGTH = 0x7f;
const MEDIUM = 126;
const LONG = 127;
const MASKED = 0x80;

const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** Takes a text that has arrived: it lies between two places of the buffer, which is used again afterwards. */
export type TextListener = (buffer: Buffer, start: number, end: number) => void;

/**
 * A WebSocket that does no more than reading takes, so that thousands of them leave the machine to the servers that are
 * measured. It answers pings, and knows nothing of fragments, which no server here sends.
 */
export class BareSocket {
  private rest: Buffer | undefined;
  onText: TextListener = () => undefined;
  onClose: (reason: string) => void = () => undefined;

  private constructor(private readonly socket: Socket) {}

  static async open(url: string, protocol: string): Promise<BareSocket> {
    const { hostname, port, pathname } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, "connect");
    const lines = [
      `GET ${pathname} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    let head = Buffer.alloc(0);
    while (head.indexOf(END_OF_HEAD) < 0) head = Buffer.concat([head, (await once(socket, "data"))[0] as Buffer]);
    if (!head.toString("latin1").startsWith("HTTP/1.1 101 ")) throw new Error(`no WebSocket: ${head}`);
    const opened = new BareSocket(socket);
    socket.on("data", (data) => opened.take(data));
    socket.on("error", () => undefined);
    socket.on("close", () => opened.onClose("the connection was closed"));
    return opened;
  }

  send(text: string): void {
    const body = Buffer.from(text);
    const header = body.length < MEDIUM ? 2 : 4;
    const frame = Buffer.alloc(header + 4 + body.length);
    frame[0] = WHOLE_TEXT;
    frame[1] = MASKED | (header === 2 ? body.length : MEDIUM);
    if (header === 4) frame.writeUInt16BE(body.length, 2);
    body.copy(frame, header + 4);
    this.socket.write(frame);
  }

  private take(data: Buffer): void {
    const buffer = this.rest === undefined ? data : Buffer.concat([this.rest, data]);
    let at = 0;
    while (buffer.length - at >= 2) {
      let length = buffer[at + 1]! & LENGTH;
      let start = at + 2;
      if (length === MEDIUM && buffer.length >= at + 4) {
        length = buffer.readUInt16BE(at + 2);
        start = at + 4;
      } else if (length === LONG && buffer.length >= at + 10) {
        length = Number(buffer.readBigUInt64BE(at + 2));
        start = at + 10;
      } else if (length >= MEDIUM) break;
      const end = start + length;
      if (buffer.length < end) break;
      this.frame(buffer[at]! & OPCODE, buffer, start, end);
      at = end;
    }
    this.rest = at < buffer.length ? buffer.subarray(at) : undefined;
  }

  private frame(opcode: number, buffer: Buffer, start: number, end: number): void {
    if (opcode === TEXT) this.onText(buffer, start, end);
    else if (opcode === PING) this.socket.write(PONG);
    else if (opcode === CLOSE) this.onClose(`closed with ${end > start ? buffer.readUInt16BE(start) : "no code"}`);
  }
}
