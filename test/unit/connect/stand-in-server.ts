import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request held, as far as the tests ask. */
export interface Received {
  readonly key: string | undefined;
  readonly events: readonly { readonly messageId: string }[];
  readonly records: readonly object[];
}

export type Reply = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown };

/** A server that answers as a test says, to see what the tools do with answers a healthy server never gives. */
export class StandInServer {
  received: Received[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private reply: (received: Received, count: number) => Reply | "hang up",
  ) {}

  static async start(reply: (received: Received, count: number) => Reply | "hang up"): Promise<StandInServer> {
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { variables } = JSON.parse(Buffer.concat(parts).toString()) as {
        variables: { lines?: Received["events"]; records?: Received["records"] };
      };
      const received = {
        key: request.headers.authorization,
        events: variables.lines ?? [],
        records: variables.records ?? [],
      };
      standIn.received.push(received);
      const answer = standIn.reply(received, standIn.received.length);
      if (answer === "hang up") {
        request.socket.destroy();
        return;
      }
      const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status ?? 200, { "content-type": "application/json", ...answer.headers }).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const standIn = new StandInServer(
      server,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
      reply,
    );
    return standIn;
  }

  /** From now on it answers otherwise, and counts anew. */
  change(reply: (received: Received, count: number) => Reply | "hang up"): void {
    this.reply = reply;
    this.received = [];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** The answer of a server that takes every event. */
export function acceptAll(received: Received): Reply {
  return {
    body: { data: { results: received.events.map(() => ({ status: "ACCEPTED", code: null, message: null })) } },
  };
}
