import { setTimeout as elapsed } from "node:timers/promises";
import type { NatsConnection, NodeConnectionOptions } from "@nats-io/transport-node";
import { Log } from "../log";
import { Notifier } from "./feed-signal";

type Nats = typeof import("@nats-io/transport-node");

const RECONNECT_AFTER_MS = 500;
/** How long making a connection may take, in milliseconds. */
const CONNECTED_WITHIN_MS = 5_000;
/** Two pings in a row without an answer, and the connection is taken for lost. */
const PING_EVERY_MS = 5_000;
const UNANSWERED_PINGS = 2;

interface Listener {
  readonly channel: string;
  readonly heard: (payload: string) => void;
  /** Called whenever NATS is reached, for the first time or again: what was notified before is not repeated. */
  readonly joined: () => void;
}

/**
 * Hints between servers by way of NATS, in place of PostgreSQL's NOTIFY.
 *
 * Promises: nothing but speed. What is notified while NATS is away is dropped, not kept, so that an outage of any length
 * takes no memory; everyone who listens is called when it is back.
 * Trusts: that every server of a database is told to use the same NATS.
 * On failure: it is logged once, and tried again until it works; the tail's poll carries the feed meanwhile.
 */
export class NatsBus implements Notifier {
  private readonly stopping = new AbortController();
  private connection: NatsConnection | undefined;
  private reached = false;
  private lost = false;

  private constructor(
    private readonly nats: Nats,
    private readonly options: NodeConnectionOptions,
    private readonly log: Log,
  ) {}

  /**
   * Connects to nothing yet.
   *
   * @param url nats://[user:password@ or token@]host[:port]; several servers of one cluster with commas between them
   * @throws Error when the package that speaks to NATS is not installed: it is an optional one
   */
  static async load(url: string, log: Log): Promise<NatsBus> {
    return new NatsBus(await loadNats(), optionsOf(url), log);
  }

  /** Connects, without waiting for it, and tells the listener what other servers notify, until the bus is closed. */
  listen(listener: Listener): void {
    void this.run(listener);
  }

  async notify(channel: string, payload: string): Promise<void> {
    // It would be kept until NATS is back, when everyone who listens looks for themselves.
    if (this.reached) this.connection?.publish(channel, payload);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.connection?.close();
  }

  private async run(listener: Listener): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.follow(listener).catch((error: unknown) => this.lose(error));
      await elapsed(RECONNECT_AFTER_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** One connection, until the client gives it up; on the way it may be lost and come back. */
  private async follow(listener: Listener): Promise<void> {
    const connection = await this.nats.connect(this.options);
    try {
      this.connection = connection;
      const changes = connection.status();
      subscribe(connection, listener);
      this.gain(connection, listener);
      if (this.stopping.signal.aborted) return;
      for await (const { type } of changes) {
        if (type === "disconnect") this.lose();
        if (type === "reconnect") this.gain(connection, listener);
      }
      throw (await connection.closed()) ?? new Error("the client of NATS gave up");
    } finally {
      this.reached = false;
      this.connection = undefined;
      await connection.close();
    }
  }

  private gain(connection: NatsConnection, { joined }: Listener): void {
    this.reached = true;
    this.log.info("NATS carries the signals between servers");
    this.lost = false;
    // NATS has taken note of the subscription by then, so that nothing is missed from there on. Lost again at once, it
    // will be gained again.
    connection.flush().then(joined, () => undefined);
  }

  private lose(error?: unknown): void {
    this.reached = false;
    if (this.lost || this.stopping.signal.aborted) return;
    this.lost = true;
    this.log.warn({ err: error }, "NATS is not reached: polling alone carries the feed until it is");
  }
}

function subscribe(connection: NatsConnection, { channel, heard }: Listener): void {
  connection.subscribe(channel, {
    callback: (error, message) => {
      if (error === null) heard(message.string());
    },
  });
}

async function loadNats(): Promise<Nats> {
  try {
    return await import("@nats-io/transport-node");
  } catch (error) {
    if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("ONEFOLD_BUS needs the optional package @nats-io/transport-node, which is not installed.");
  }
}

function optionsOf(url: string): NodeConnectionOptions {
  const servers = url.split(",").map((server) => new URL(server));
  const { username, password } = servers[0]!;
  const credentials = password
    ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
    : { token: decodeURIComponent(username) };
  return {
    ...(username && credentials),
    servers: servers.map(({ host }) => host),
    name: "onefold",
    // What this server notifies it knows already.
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_AFTER_MS,
    timeout: CONNECTED_WITHIN_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: UNANSWERED_PINGS,
  };
}
