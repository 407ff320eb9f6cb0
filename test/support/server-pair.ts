import { pino } from "pino";
import { Database } from "../../src/db/database";
import { NatsBus } from "../../src/feed/nats-bus";
import { TestDatabase } from "./database";
import { LiveServer, LiveServerOptions } from "./live-server";
import { makeViewer } from "./tenant";

export interface Side extends Omit<LiveServerOptions, "log" | "bus"> {
  /** The connection string. */
  readonly url: string;
  /** The address of a NATS server, to be used as the bus. */
  readonly nats?: string;
  readonly preparedStatements?: boolean;
}

interface Line {
  readonly level: number;
  readonly msg: string;
}

/** A server that writes, and another that watches by whatever way is given: only the tail tells the second of the first. */
export class ServerPair {
  private readonly listeners = new Set<() => void>();

  private constructor(
    readonly writer: LiveServer,
    readonly reader: LiveServer,
    private readonly lines: ReadonlyMap<LiveServer, readonly Line[]>,
    private readonly own: readonly { close(): Promise<void> }[],
  ) {}

  static async open(writing: Side, reading: Side): Promise<ServerPair> {
    const own: { close(): Promise<void> }[] = [];
    const lines = new Map<LiveServer, Line[]>();
    let pair: ServerPair | undefined;
    const serve = async ({ url, nats, preparedStatements, ...options }: Side): Promise<LiveServer> => {
      const database = await Database.open(url, { poolSize: 3, preparedStatements });
      own.push(database);
      const viewer = await makeViewer(database);
      const said: Line[] = [];
      const note = (line: string): void => {
        said.push(JSON.parse(line));
        pair?.look();
      };
      const log = pino({ level: "info" }, { write: note });
      const bus = nats === undefined ? undefined : await NatsBus.load(nats, log);
      if (bus !== undefined) own.push(bus);
      const server = new LiveServer({ database, url } as TestDatabase, viewer, database, { ...options, bus, log });
      lines.set(server, said);
      return server;
    };
    pair = new ServerPair(await serve(writing), await serve(reading), lines, own);
    return pair;
  }

  /** What a server has logged so far. */
  logOf(server: LiveServer): readonly string[] {
    return this.lines.get(server)!.map(({ msg }) => msg);
  }

  /** Resolves when a server has logged it so many times. */
  async says(server: LiveServer, pattern: RegExp, times = 1): Promise<void> {
    while (this.logOf(server).filter((msg) => pattern.test(msg)).length < times) {
      await new Promise<void>((resolve) => this.listeners.add(resolve));
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.reader.stop(), this.writer.stop()]);
    await Promise.all(this.own.map((part) => part.close()));
  }

  private look(): void {
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }
}
