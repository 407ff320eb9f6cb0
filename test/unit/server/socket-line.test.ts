import { once } from "node:events";
import { Socket } from "node:net";
import { WebSocket } from "ws";
import { ANSWER, BEGINNING, fill, SocketLines } from "../../support/socket-lines";

const lines = new SocketLines();
const connect = () => lines.connect();

beforeAll(async () => {
  await lines.open();
  // What is left to fake are the line's own timers: the network goes on as it is.
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
});

afterAll(() => {
  jest.useRealTimers();
  lines.close();
});

const LARGE = Buffer.from(`${JSON.stringify("y".repeat(100_000))}}`);

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

  it("is handed no more than there is room for, however much there is", async () => {
    const { line, stream, client } = await connect();
    client.pause();
    await fill(line, ANSWER);
    await new Promise<void>((resolve) => {
      line.onRoom(resolve);
      client.resume();
    });
    client.pause();
    const answers = Array<Buffer>(10_000).fill(ANSWER);
    let taken = 0;
    for (let turns = 0; turns < 3; turns += 1) {
      const some = line.deliver(BEGINNING, answers.slice(taken));
      expect(stream.writableLength).toBeLessThan(80 * 1024);
      taken += some;
      if (some > 0) turns = 0;
      await new Promise(setImmediate);
    }
    expect(taken).toBeLessThan(answers.length);
  });

  it("is not listened to while a megabyte of answers waits for it, and is again once it has read", async () => {
    const { line, client } = await connect();
    client.pause();
    for (let turns = 0; !line.socket.isPaused && turns < 1_000; turns += 1) {
      void line.send("z".repeat(100_000));
      await new Promise(setImmediate);
    }
    expect(line.socket.isPaused).toBe(true);
    const room = new Promise<void>((resolve) => line.onRoom(resolve));
    client.resume();
    await room;
    expect(line.socket.isPaused).toBe(false);
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

describe("a socket that was closed", () => {
  it("is written nothing more, whatever is delivered to it", async () => {
    const { line, stream, client } = await connect();
    line.close(4401, "The credentials open nothing any more");
    const written = stream.writableLength + (stream as Socket).bytesWritten;
    expect(line.deliver(BEGINNING, [ANSWER, LARGE])).toBe(2);
    expect(stream.writableLength + (stream as Socket).bytesWritten).toBe(written);
    expect(await once(client, "close")).toMatchObject([4401, {}]);
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
