import { once } from "node:events";
import { createServer, IncomingMessage, Server, ServerResponse } from "node:http";
import { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";

/** The two receivers' libraries that check what is sent. */
export const LIBRARIES = { svix: SvixWebhook, standardwebhooks: StandardWebhook };

/** What a message said, as its receiver read it. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly cursor: string;
    readonly profileId: string;
    readonly source: string | null;
    readonly absorbedIds?: readonly string[];
    readonly separatedIds?: readonly string[];
    readonly interaction?: { readonly id: string; readonly recordId: string; readonly source: string };
    readonly records: readonly {
      readonly id: string;
      readonly source: string;
      readonly key: string;
      readonly claimed?: boolean;
      readonly profileId: string;
      readonly formerProfileId?: string;
    }[];
  };
}

type Answer = (message: Received, response: ServerResponse) => void;

/**
 * An endpoint as a customer would write it: it checks each signature with a library of the specification, keeps what it
 * has taken, and can be killed in the middle of its work and started again on the same port.
 */
export class WebhookReceiver {
  /** Everything that was taken, in the order in which it came, with what came twice. */
  readonly taken: Received[] = [];
  /** Signatures that did not hold. */
  readonly refused: string[] = [];
  /** Every request that came, as it was. */
  readonly requests: { readonly headers: IncomingMessage["headers"]; readonly body: string }[] = [];
  secret = "";
  answer: Answer = (_, response) => void response.writeHead(204).end();
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly watchers = new Set<() => void>();
  private port = 0;

  constructor(private readonly library: keyof typeof LIBRARIES = "standardwebhooks") {}

  static async open(library?: keyof typeof LIBRARIES): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(library);
    await receiver.start();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.receive(request, response));
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.server = server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
  }

  /** As a process is killed: connections are reset, and nobody listens any more. */
  async kill(): Promise<void> {
    const server = this.server;
    if (server === undefined) return;
    this.server = undefined;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  /** Resolves once it holds, looking at it anew with every request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.watchers.add(resolve));
  }

  /** What was taken, each message once, where it came first. */
  get once(): Received[] {
    return [...new Map([...this.taken].reverse().map((message) => [message.id, message])).values()].reverse();
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => null);
    if (body === null) return;
    this.requests.push({ headers: request.headers, body });
    try {
      const headers = request.headers as Record<string, string>;
      const said = new LIBRARIES[this.library](this.secret).verify(body, headers) as Omit<Received, "id">;
      const message = { id: headers["webhook-id"]!, ...said };
      this.answer(message, response);
      if (response.statusCode < 300 && response.writableEnded) this.taken.push(message);
    } catch (error) {
      this.refused.push(String(error));
      response.writeHead(401).end();
    }
    for (const watcher of [...this.watchers]) {
      this.watchers.delete(watcher);
      watcher();
    }
  }
}
