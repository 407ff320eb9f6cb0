import { once } from "node:events";
import WebSocket from "ws";
import { profileIdOf } from "./customer";

/** Sockets that are opened at the same time. */
const AT_ONCE = 20;

const WATCH = "subscription Watch($id: ID!) { profileChanges(profileId: $id) { __typename cursor profileId } }";

export interface Subscription {
  readonly customer: number;
  /** Resolves with the first change that arrives. */
  readonly first: Promise<string>;
  close(): Promise<void>;
}

/** One subscription on each of as many sockets as there are customers, all known to the server when this resolves. */
export async function subscribe(serverUrl: string, key: string, customers: readonly number[]): Promise<Subscription[]> {
  const opened: Subscription[] = [];
  for (let at = 0; at < customers.length; at += AT_ONCE) {
    const group = customers.slice(at, at + AT_ONCE).map((customer) => open(serverUrl, key, customer));
    opened.push(...(await Promise.all(group)));
  }
  return opened;
}

async function open(serverUrl: string, key: string, customer: number): Promise<Subscription> {
  const socket = new WebSocket(`${serverUrl.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  await once(socket, "open");
  const arrivals = watchTypes(socket);
  socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: `Bearer ${key}` } }));
  await arrivals("connection_ack");
  socket.send(
    JSON.stringify({ id: "1", type: "subscribe", payload: { query: WATCH, variables: { id: profileIdOf(customer) } } }),
  );
  const first = arrivals("next");
  socket.send(JSON.stringify({ type: "ping" }));
  await arrivals("pong");
  return {
    customer,
    first,
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close(1000);
      await once(socket, "close");
    },
  };
}

/** A function that resolves with the next message of a type, or fails with the connection or the subscription. */
function watchTypes(socket: WebSocket): (type: string) => Promise<string> {
  const waiting = new Map<string, { arrived: (text: string) => void; failed: (error: Error) => void }>();
  const failAll = (reason: string) => {
    for (const { failed } of waiting.values()) failed(new Error(reason));
  };
  socket.on("close", (code) => failAll(`a socket was closed with ${code}`));
  socket.on("message", (message) => {
    const text = String(message);
    const { type } = JSON.parse(text) as { type: string };
    if (type === "error" || type === "complete") failAll(`a subscription ended: ${text}`);
    waiting.get(type)?.arrived(text);
  });
  return (type) => {
    const arrival = new Promise<string>((arrived, failed) => waiting.set(type, { arrived, failed }));
    // Nobody may be waiting for it any more when the socket goes.
    arrival.catch(() => undefined);
    return arrival;
  };
}
