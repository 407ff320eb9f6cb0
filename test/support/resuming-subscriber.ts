import { Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import { resuming } from "./resuming";

/** One subscription of the graphql-ws client as it comes, which goes on after the last cursor it has seen. */
export class ResumingSubscriber<Data> {
  readonly seen: Data[] = [];
  private readonly client: Client;
  private socket: WebSocket | undefined;
  private look: () => void = () => undefined;

  constructor(url: string, key: string, query: string, variables: Record<string, unknown>) {
    const opened = (socket: WebSocket): void => {
      this.socket = socket;
    };
    class Known extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        opened(this);
      }
    }
    this.client = createClient({
      url,
      webSocketImpl: Known,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
    });
    resuming(this.client).subscribe<Data>(
      { query, variables },
      {
        next: ({ data }) => {
          if (data) this.seen.push(data);
          this.look();
        },
        error: (reason) => {
          throw new Error(`the subscription failed: ${(reason as Error).message ?? JSON.stringify(reason)}`);
        },
        complete: () => undefined,
      },
    );
  }

  /** Resolves when so many events were seen. */
  saw(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.look = () => {
        if (this.seen.length >= count) resolve();
      };
      this.look();
    });
  }

  /** Cuts the socket off, as a network does. */
  cut(): void {
    this.socket!.terminate();
  }

  /** Leaves unread what arrives. */
  pause(): void {
    this.socket!.pause();
  }

  resume(): void {
    this.socket!.resume();
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}
