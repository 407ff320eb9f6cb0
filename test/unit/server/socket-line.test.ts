import { once } from "node:events";
import { createServer, IncomingMessage } from "node:http";
import { AddressInfo } from "node:net";
import { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { SocketLine } from "../../../src/server/socket-line";

const http = createServer();
const accepting = new WebSocketServer({ noServer: true });
const clients: WebSocket[] = [];

beforeAll(async () => {
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  // What is left to fake are the line's own timers: the network goes on as it is.
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
});

afterAll(() => {
  jest.useRealTimers();
  for (const client of clients) client.terminate();
  http.close();
});

async function connect(): Promise<{ line: SocketLine; client: WebSocket }> {
  const line = new Promise<SocketLine>((resolve) => {
    http.once("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      accepting.handleUpgrade(request, stream, head, (socket) => resolve(new SocketLine(socket, stream)));
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  clients.push(client);
  await once(client, "open");
  return { line: await line, client };
}

const BEGINNING = Buffer.from('{"payload":');
const ANSWER = Buffer.from(`${JSON.stringify("x".repeat(3_000))}}`);
const LARGE = Buffer.from(`${JSON.stringify("y".repeat(100_000))}}`);

/** Sends until the socket takes no more. Answers how often. */
async function fill(line: SocketLine, answer: Buffer): Promise<number> {
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

describe("a socket that stops reading", () => {
  it("says that it has no room, and that it has some again once it has read all", async () => {
    const { line, client } = await connect();
    client.pause();
    const sent = await fill(line, ANSWER);
    const room = new Promise<void>((resolve) => line.onRoom(resolve));
    let heard = 0;
    const all = new Promise<void>((resolve) => {
      client.on("message", () => {
        heard += 1;
        if (heard === sent) resolve();
      });
    });
    client.resume();
    await Promise.all([room, all]);
    expect(line.hasRoom).toBe(true);
  });

  it("is closed with 1013, and the reason, when it has taken nothing for a while after a stream on it overflowed", async () => {
    const { line, client } = await connect();
    client.pause();
    await fill(line, LARGE);
    line.overflowed();
    jest.advanceTimersByTime(5_000);
    client.resume();
    const [code, reason] = (await once(client, "close")) as [number, Buffer];
    expect([code, String(reason)]).toEqual([1013, "CONSUMER_TOO_SLOW"]);
  });

  it("is cut off when it does not even take that", async () => {
    const { line, client } = await connect();
    client.pause();
    await fill(line, LARGE);
    line.overflowed();
    jest.advanceTimersByTime(5_000);
    const closed = once(line.socket, "close");
    jest.advanceTimersByTime(10_000);
    await closed;
  });

  it("stays open when it reads again", async () => {
    const { line, client } = await connect();
    client.pause();
    await fill(line, ANSWER);
    line.overflowed();
    const room = new Promise<void>((resolve) => line.onRoom(resolve));
    client.resume();
    await room;
    jest.advanceTimersByTime(60_000);
    expect(line.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe("a socket on which a stream overflowed that could not be read fast enough", () => {
  it("stays open, since it takes what it is sent", async () => {
    const { line } = await connect();
    line.overflowed();
    jest.advanceTimersByTime(60_000);
    expect(line.socket.readyState).toBe(WebSocket.OPEN);
  });
});
