import { BareSocket } from "./bare-socket";
import { Arrivals, Asked, Told } from "./watchers";

/*
 * A process of clients that watch, each on a socket of its own. It is asked by messages, and answers with messages: see
 * watchers.ts.
 */

/** Sockets that are opened at the same time. */
const AT_ONCE = 20;

/** How often it is told how many changes have arrived. */
const TOLD_EVERY_MS = 5;

/** What stands before the number of an event: see nextEvent. */
const BEFORE_NUMBER = Buffer.from('"text":"Message ');
const ZERO = 0x30;
const NINE = 0x39;

const NEXT = Buffer.from('"type":"next"');
/** Where a message says what it is, `id` being one letter: `{"id":"1","type":"next"`. */
const TYPE_AT = 10;

let received = 0;
let told = 0;
/** Of each change that arrived, where it is wanted: which event it was of, and when. */
let noted: { numbers: number[]; times: number[] } | undefined;

function tell(message: Told): void {
  process.send!(message);
}

function fail(reason: string): void {
  tell({ failed: reason });
}

function numberAt(buffer: Buffer, start: number): number {
  let number = 0;
  for (let at = buffer.indexOf(BEFORE_NUMBER, start) + BEFORE_NUMBER.length; ; at += 1) {
    const digit = buffer[at]!;
    if (digit < ZERO || digit > NINE) return number;
    number = number * 10 + digit - ZERO;
  }
}

function isNext(buffer: Buffer, start: number): boolean {
  return buffer.compare(NEXT, 0, NEXT.length, start + TYPE_AT, start + TYPE_AT + NEXT.length) === 0;
}

async function open({ url, key, query }: NonNullable<Asked["open"]>, id: string): Promise<void> {
  const socket = await BareSocket.open(`${url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  socket.onClose = fail;
  await answered(socket, { type: "connection_init", payload: { authorization: `Bearer ${key}` } }, "connection_ack");
  socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query, variables: { id } } }));
  await answered(socket, { type: "ping" }, "pong");
  socket.onText = (buffer, start, end) => {
    if (!isNext(buffer, start)) return fail(buffer.toString("utf8", start, end));
    received += 1;
    if (noted === undefined) return;
    noted.times.push(performance.timeOrigin + performance.now());
    noted.numbers.push(numberAt(buffer, start));
  };
}

function answered(socket: BareSocket, message: object, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.onText = (buffer, start, end) => {
      const text = buffer.toString("utf8", start, end);
      if ((JSON.parse(text) as { type: string }).type === type) resolve();
      else reject(new Error(text));
    };
    socket.send(JSON.stringify(message));
  });
}

async function openAll(asked: NonNullable<Asked["open"]>): Promise<void> {
  for (let at = 0; at < asked.ids.length; at += AT_ONCE) {
    await Promise.all(asked.ids.slice(at, at + AT_ONCE).map((id) => open(asked, id)));
  }
  tell({ done: true });
}

function arrivals(): Arrivals {
  const { numbers, times } = noted!;
  noted = undefined;
  return { numbers: Float64Array.from(numbers), times: Float64Array.from(times) };
}

process.on("message", (asked: Asked) => {
  if (asked.open) openAll(asked.open).catch((error: Error) => fail(error.message));
  if (asked.note) {
    noted = { numbers: [], times: [] };
    tell({ done: true });
  }
  if (asked.arrivals) tell({ arrivals: arrivals() });
});
process.once("disconnect", () => process.exit(0));

setInterval(() => {
  if (received === told) return;
  told = received;
  tell({ received });
}, TOLD_EVERY_MS);
