import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { type FeedAddress, watchFeed } from "../../../src/connect/demo/watch-feed";

/** What a socket's feed holds, and how it ends. */
interface Plan {
  readonly cursors: readonly string[];
  readonly end?: (socket: WebSocket, id: string) => void;
}

let server: WebSocketServer;
let asked: { key: unknown; after: unknown }[];

afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** Speaks just enough of graphql-transport-ws; each socket that opens gets the next plan. */
async function serve(...plans: Plan[]): Promise<FeedAddress> {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0, handleProtocols: () => "graphql-transport-ws" });
  asked = [];
  server.on("connection", (socket) => {
    const { cursors, end } = plans.shift()!;
    let key: unknown;
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as {
        type: string;
        id: string;
        payload: { authorization?: string; variables?: { after: string } };
      };
      if (message.type === "connection_init") {
        key = message.payload.authorization;
        send({ type: "connection_ack" });
      }
      if (message.type !== "subscribe") return;
      asked.push({ key, after: message.payload.variables?.after });
      for (const cursor of cursors) {
        const changes = { __typename: "ProfileUpdated", cursor, profileId: "p" };
        send({ type: "next", id: message.id, payload: { data: { changes } } });
      }
      end?.(socket, message.id);
    });
  });
  await new Promise((listening) => server.once("listening", listening));
  return { socket: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, key: "k", after: "start" };
}

async function read(address: FeedAddress, count: number): Promise<string[]> {
  const stop = new AbortController();
  const cursors: string[] = [];
  for await (const change of watchFeed(address, stop.signal)) {
    cursors.push(change.cursor);
    if (cursors.length === count) stop.abort();
  }
  return cursors;
}

describe("Watching the feed", () => {
  test("begins after the given cursor, with the key, and ends when it is told to", async () => {
    expect(await read(await serve({ cursors: ["c1", "c2"] }), 2)).toEqual(["c1", "c2"]);
    expect(asked).toEqual([{ key: "Bearer k", after: "start" }]);
  });

  test("goes on after the last change it had when the connection is lost", async () => {
    const address = await serve(
      { cursors: ["c1", "c2"], end: (socket) => socket.close(1012, "restart") },
      { cursors: ["c3"] },
    );
    expect(await read(address, 3)).toEqual(["c1", "c2", "c3"]);
    expect(asked.map(({ after }) => after)).toEqual(["start", "c2"]);
  });

  test("fails with the answer of a server that refuses", async () => {
    const errors = [{ message: "no", extensions: { code: "FORBIDDEN" } }];
    const end: Plan["end"] = (socket, id) => socket.send(JSON.stringify({ type: "error", id, payload: errors }));
    await expect(read(await serve({ cursors: [], end }), 1)).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: "no",
    });
  });

  test("fails when the socket is closed for good", async () => {
    const end: Plan["end"] = (socket) => socket.close(4403, "Forbidden");
    await expect(read(await serve({ cursors: [], end }), 1)).rejects.toMatchObject({
      code: "SOCKET_4403",
      message: "Forbidden",
    });
  });
});
