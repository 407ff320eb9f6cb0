import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";

export interface Told {
  readonly __typename: string;
  readonly cursor: string;
  readonly profileId: string;
  readonly interaction?: { readonly id: string };
}

export interface WatcherOptions {
  /** Where to connect; asked for again before each attempt. */
  readonly url: () => string;
  readonly key: string;
  /** Whom to watch; null: the whole tenant. */
  readonly profileId: string | null;
  /** The cursor after which it begins. */
  readonly after: string;
  /** A server that says nothing for so long is left for another attempt, in milliseconds. */
  readonly patienceMs?: number;
}

const FIELDS = "{ __typename cursor profileId ... on InteractionAdded { interaction { id } } }";
const PROFILE = `subscription ($after: Cursor, $id: ID!) { told: profileChanges(profileId: $id, after: $after) ${FIELDS} }`;
const TENANT = `subscription ($after: Cursor) { told: changes(after: $after) ${FIELDS} }`;

/** Errors that another attempt cannot mend: there is a gap, or there was never a way. */
const FINAL = new Set(["BAD_CURSOR", "CURSOR_EXPIRED", "NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "BAD_USER_INPUT"]);
const AGAIN_AFTER_MS = 200;

/**
 * A client that will not be put off: whatever ends its subscription, it subscribes again with the last cursor it has seen.
 * It speaks the protocol by hand, so that nothing stands between what is sent and what is noted.
 */
export class ResumingWatcher {
  readonly told: Told[] = [];
  /** The codes with which its sockets were closed. */
  readonly closedWith: number[] = [];
  /** How often it has been let in. */
  admissions = 0;
  /** Whether it is let in at this moment. */
  attending = false;
  /** The error that ended it for good. */
  failure: string | undefined;
  private socket: WebSocket | undefined;
  private stopped = false;
  private readonly lookers = new Set<() => void>();
  private readonly running: Promise<void>;

  constructor(private readonly options: WatcherOptions) {
    this.running = this.run();
  }

  get cursors(): string[] {
    return this.told.map(({ cursor }) => cursor);
  }

  get interactionIds(): string[] {
    return this.told.flatMap(({ interaction }) => interaction?.id ?? []);
  }

  /** Resolves once it holds, which is looked at whenever something has happened. Fails when the watcher has failed. */
  async until(holds: (watcher: this) => boolean): Promise<void> {
    for (;;) {
      if (this.failure !== undefined) throw new Error(`the watcher failed: ${this.failure}`);
      if (holds(this)) return;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.lookers.delete(look);
          resolve();
        };
        this.lookers.add(look);
      });
    }
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.socket?.terminate();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped && this.failure === undefined) {
      await this.attend();
      this.look();
      await pause(AGAIN_AFTER_MS * (1 + Math.random()));
    }
  }

  /** One socket, from its opening to its end. */
  private attend(): Promise<void> {
    const socket = new WebSocket(this.options.url(), "graphql-transport-ws");
    this.socket = socket;
    const { patienceMs = 5_000 } = this.options;
    const patience = setTimeout(() => socket.terminate(), patienceMs);
    const ping = setInterval(() => send(socket, { type: "ping" }), patienceMs / 2);
    socket.on("open", () =>
      send(socket, { type: "connection_init", payload: { authorization: `Bearer ${this.options.key}` } }),
    );
    socket.on("message", (data) => {
      patience.refresh();
      this.hear(socket, JSON.parse(String(data)));
    });
    socket.on("error", () => undefined);
    return new Promise((resolve) => {
      socket.on("close", (code) => {
        clearTimeout(patience);
        clearInterval(ping);
        this.attending = false;
        this.closedWith.push(code);
        resolve();
      });
    });
  }

  private hear(socket: WebSocket, { type, payload }: { type: string; payload?: unknown }): void {
    if (type === "connection_ack") {
      this.admissions += 1;
      this.attending = true;
      const { profileId: id, after } = this.options;
      const variables = { id: id ?? undefined, after: this.told.at(-1)?.cursor ?? after };
      send(socket, { type: "subscribe", id: "1", payload: { query: id === null ? TENANT : PROFILE, variables } });
    } else if (type === "next" && this.attending) {
      const { data, errors } = payload as { data?: { told: Told } | null; errors?: Refusal[] };
      if (data && !errors) this.told.push(data.told);
      else this.refused(socket, errors ?? []);
    } else if (type === "error") {
      this.refused(socket, payload as Refusal[]);
    } else if (type === "complete") {
      socket.close();
    }
    this.look();
  }

  private refused(socket: WebSocket, errors: readonly Refusal[]): void {
    const code = errors[0]?.extensions?.code ?? "";
    if (FINAL.has(code)) this.failure = code;
    this.attending = false;
    socket.close();
  }

  private look(): void {
    for (const look of this.lookers) look();
  }
}

interface Refusal {
  readonly extensions?: { readonly code?: string };
}

function send(socket: WebSocket, message: object): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}
