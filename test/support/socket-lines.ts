import { once } from "node:events";
import { createServer, IncomingMessage } from "node:http";
import { AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { SocketLine } from "../../src/server/socket-line";

export interface ConnectedLine {
  readonly line: SocketLine;
  /** What the line writes to. */
  readonly stream: Duplex;
  readonly client: WebSocket;
}

/** Lines over real sockets of the loopback, each with its client. */
export class SocketLines {
  private readonly http = createServer();
  private readonly accepting = new WebSocketServer({ noServer: true });
  private readonly clients: WebSocket[] = [];

  async open(): Promise<void> {
    this.http.listen(0, "127.0.0.1");
    await once(this.http, "listening");
  }

  async connect(): Promise<ConnectedLine> {
    const accepted = new Promise<Omit<ConnectedLine, "client">>((resolve) => {
      this.http.once("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
        this.accepting.handleUpgrade(request, stream, head, (socket) =>
          resolve({ line: new SocketLine(socket, stream), stream }),
        );
      });
    });
    const client = new WebSocket(`ws://127.0.0.1:${(this.http.address() as AddressInfo).port}`);
    this.clients.push(client);
    await once(client, "open");
    return { ...(await accepted), client };
  }

  close(): void {
    for (const client of this.clients) client.terminate();
    this.http.close();
  }
}

export const BEGINNING = Buffer.from('{"payload":');
export const ANSWER = Buffer.from(`${JSON.stringify("x".repeat(3_000))}}`);

/** Sends until the socket takes no more. Answers how often. */
export async function fill(line: SocketLine, answer: Buffer): Promise<number> {
  let sent = 0;
  for (let turns = 0; turns < 3; turns += 1) {
    while (line.hasRoom) {
      line.deliver(BEGINNING, [answer]);
      sent += 1;
      turns = 0;
    }
    await new Promise(setImmediate);
  }
  return sent;
}
