import { once } from "node:events";
import { DomainError } from "../../../src/errors";
import { Delivery } from "../../../src/server/delivery";
import { Answer, EventSource } from "../../../src/server/event-stream";
import { ANSWER, ConnectedLine, fill, SocketLines } from "../../support/socket-lines";

const lines = new SocketLines();
const PIECE = JSON.parse(String(ANSWER).slice(0, -1)) as string;

beforeAll(async () => {
  await lines.open();
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance", "Date"] });
});

afterAll(() => {
  jest.useRealTimers();
  lines.close();
});

interface Numbered {
  readonly n: number;
}

/** So many events, and then the end, or a failure. */
class Source implements EventSource<Numbered> {
  isOpen = true;
  readonly events: Numbered[];

  constructor(
    count: number,
    private readonly failure?: Error,
  ) {
    this.events = Array.from({ length: count }, (_, n) => ({ n }));
  }

  async peek(most: number): Promise<readonly Numbered[]> {
    if (this.events.length === 0 && this.failure !== undefined) throw this.failure;
    return this.events.slice(0, most);
  }

  delivered(events: readonly Numbered[]): void {
    this.events.splice(0, events.length);
  }

  onOver(): void {}

  async return(): Promise<void> {
    this.isOpen = false;
  }
}

/** A subscription's delivery on a line, and the numbers of the events that were answered for it. */
function deliver({ line }: ConnectedLine, source: Source): { over: Promise<unknown>; answered: number[] } {
  const answered: number[] = [];
  const answer = (event: object): Answer => {
    const { n } = event as Numbered;
    answered.push(n);
    return { bytes: Buffer.from(`${JSON.stringify(`${n} ${PIECE}`)}}`), made: Promise.resolve() };
  };
  return { over: new Delivery({ source, answer }, line, "1").next(), answered };
}

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
};

describe("a subscription on a socket that stops reading", () => {
  it("has nothing answered until there is room, and then goes on where it was", async () => {
    const connected = await lines.connect();
    const { client, line } = connected;
    client.pause();
    const before = await fill(line, ANSWER);
    const { over, answered } = deliver(connected, new Source(300));
    await turns(20);
    expect(answered).toEqual([]);
    const heard: string[] = [];
    client.on("message", (data) => heard.push(String(data)));
    client.resume();
    await over;
    while (heard.length < before + 300) await turns(1);
    const payloads = heard.slice(before).map((text) => (JSON.parse(text) as { payload: string }).payload);
    expect(payloads.map((payload) => Number(payload.split(" ")[0]))).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  it("has the socket closed after a while when it overflows", async () => {
    const connected = await lines.connect();
    connected.client.pause();
    await fill(connected.line, ANSWER);
    const source = new Source(0, new DomainError("CONSUMER_TOO_SLOW", "Resume from your cursor."));
    await expect(deliver(connected, source).over).rejects.toMatchObject({ code: "CONSUMER_TOO_SLOW" });
    jest.advanceTimersByTime(5_000);
    connected.client.resume();
    const [code] = (await once(connected.client, "close")) as [number];
    expect(code).toBe(1013);
  });
});
