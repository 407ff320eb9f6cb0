import { Client, createClient } from "graphql-ws";
import WebSocket from "ws";

/** How long a test waits for what must come. */
const PATIENCE_MS = 25_000;

export interface Message<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** One subscription on a socket of its own, with everything it received so far. */
export interface Subscriber<Data> {
  readonly received: Message<Data>[];
  /** Resolves with the n-th message, counted from 1, as soon as it is there. */
  nth(n: number): Promise<Message<Data>>;
  /** Resolves when the socket is open and the server knows who it is. */
  readonly connected: Promise<void>;
  /** Resolves when the subscription ends: by the server, by an error, or with the socket (its close code). */
  readonly ended: Promise<{ errors?: readonly { message: string; extensions?: { code?: string } }[]; code?: number }>;
  /** Ends the subscription and closes the socket. */
  close(): Promise<void>;
}

export function subscriber<Data>(
  url: string,
  key: string,
  query: string,
  variables?: Record<string, unknown>,
): Subscriber<Data> {
  const received: Message<Data>[] = [];
  const waiting = new Set<() => void>();
  const connected = deferred<void>();
  const ended = deferred<{ errors?: Message<Data>["errors"]; code?: number }>();
  connected.promise.catch(() => undefined);
  const client: Client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
    on: { connected: () => connected.resolve() },
  });
  client.subscribe<Data>(
    { query, variables },
    {
      next(message) {
        received.push(message as Message<Data>);
        for (const look of waiting) look();
      },
      error(reason) {
        connected.reject(reason);
        if (Array.isArray(reason)) ended.resolve({ errors: reason as Message<Data>["errors"] });
        else ended.resolve({ code: (reason as { code?: number }).code });
      },
      complete: () => ended.resolve({}),
    },
  );
  return {
    received,
    connected: connected.promise,
    ended: ended.promise,
    nth(n) {
      const arrival = deferred<Message<Data>>();
      const patience = setTimeout(() => {
        const last = JSON.stringify(received.slice(-3)).slice(0, 1_000);
        arrival.reject(new Error(`message ${n} did not come; ${received.length} did, the last of them: ${last}`));
      }, PATIENCE_MS);
      const look = (): void => {
        const message = received[n - 1];
        if (message === undefined) return;
        clearTimeout(patience);
        waiting.delete(look);
        arrival.resolve(message);
      };
      waiting.add(look);
      look();
      return arrival.promise;
    },
    async close() {
      await client.dispose();
    },
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, "promise"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}
