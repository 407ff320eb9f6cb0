import { createServer } from "node:http";
import { AddressInfo, Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { EventInput } from "../src/ingest/event-input.type";

/*
 * The least that fan-out can be with `ws`: what is posted is written as JSON once, as the change that Onefold would make of
 * it, and handed to every socket. Nobody is known, nothing is stored, and everybody is told everything. What is posted to
 * /together leaves each socket in one piece, which `ws` does not do of itself.
 */

/** Each with the stream that it writes to. */
const sockets = new Map<WebSocket, Socket>();

const ANSWERS: Readonly<Record<string, string>> = { connection_init: "connection_ack", ping: "pong" };

/** As long as those of Onefold. */
const CURSOR = "AAAAAAAAAAUAAHXzMsmiZ3J_ZzECGHZ3";
const ID = "01a20282-1626-7521-8e51-c42eb4956607";

function messageOf({ channel, direction, occurredAt, text }: EventInput): Buffer {
  const interaction = { id: ID, channel, direction, occurredAt, text };
  const profileChanges = { __typename: "InteractionAdded", cursor: CURSOR, profileId: ID, interaction };
  return Buffer.from(JSON.stringify({ id: "1", type: "next", payload: { data: { profileChanges } } }));
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    const { variables } = JSON.parse(body) as { variables: { events: readonly EventInput[] } };
    const messages = variables.events.map(messageOf);
    if (request.url === "/together") {
      for (const [socket, stream] of sockets) {
        stream.cork();
        for (const message of messages) socket.send(message, { binary: false });
        stream.uncork();
      }
    } else {
      for (const message of messages) for (const socket of sockets.keys()) socket.send(message, { binary: false });
    }
    const results = variables.events.map(() => ({ status: "ACCEPTED" }));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data: { ingest: results } }));
  });
});

const webSockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
webSockets.on("connection", (socket, request) => {
  sockets.set(socket, request.socket);
  socket.on("close", () => sockets.delete(socket));
  socket.on("error", () => undefined);
  socket.on("message", (message) => {
    const answer = ANSWERS[(JSON.parse(String(message)) as { type: string }).type];
    if (answer !== undefined) socket.send(JSON.stringify({ type: answer }));
  });
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
