import { once } from "node:events";
import WebSocket from "ws";

interface Frame {
  readonly type: string;
  readonly payload?: unknown;
}

/** How a subscription ended: by an error of its own, or with its socket. */
export interface Ending {
  readonly error?: { readonly code: string; readonly details: { readonly cursor: string } };
  readonly code?: number;
}

/** One subscription of a client that speaks the protocol by hand, and so can leave unread what arrives. */
export class UnreadSocket<Event> {
  readonly seen: Event[] = [];
  readonly ended: Promise<Ending>;
  private readonly socket: WebSocket;

  private constructor(url: string) {
    this.socket = new WebSocket(url, "graphql-transport-ws");
    this.socket.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.on("close", (code) => resolve({ code }));
      this.socket.on("message", (data) => {
        const { type, payload } = JSON.parse(String(data)) as Frame;
        if (type === "next") this.seen.push((payload as { data: Event }).data);
        if (type === "error") resolve({ error: (payload as { extensions: Ending["error"] }[])[0]!.extensions });
      });
    });
  }

  /** Resolves when the subscription is known to the server, and nothing is read any more. */
  static async open<Event>(
    url: string,
    key: string,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<UnreadSocket<Event>> {
    const opened = new UnreadSocket<Event>(url);
    const { socket } = opened;
    await once(socket, "open");
    await opened.answered({ type: "connection_init", payload: { authorization: `Bearer ${key}` } }, "connection_ack");
    socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query, variables } }));
    await opened.answered({ type: "ping" }, "pong");
    socket.pause();
    return opened;
  }

  /** Reads again. */
  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.terminate();
  }

  private async answered(message: object, type: string): Promise<void> {
    const answer = new Promise<void>((resolve) => {
      const look = (data: WebSocket.RawData): void => {
        if ((JSON.parse(String(data)) as Frame).type !== type) return;
        this.socket.off("message", look);
        resolve();
      };
      this.socket.on("message", look);
    });
    this.socket.send(JSON.stringify(message));
    await answer;
  }
}
