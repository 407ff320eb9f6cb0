import { once } from "node:events";
import { AddressInfo, connect, createServer, Server, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

type Side = "CLIENT" | "SERVER";

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** What was swallowed once cannot go on: the bytes behind it would mean something else. */
  swallowed: boolean;
  /** The next bytes on their way to the client are cut in two, and the link with them. */
  cutNext: boolean;
}

/** A TCP proxy that does to its links what networks do. */
export class TcpProxy {
  /** How long each piece is held back, in milliseconds. */
  delayMs = 0;
  /** How much goes through a link each way; null: as much as comes. */
  bytesPerSecond: number | null = null;
  private swallowing = false;
  private readonly links = new Set<Link>();

  private constructor(
    private readonly listener: Server,
    private readonly targetPort: number,
  ) {}

  /** Opens a port on the loopback that leads to another one there. */
  static async to(targetPort: number): Promise<TcpProxy> {
    const listener = createServer({ allowHalfOpen: true });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const proxy = new TcpProxy(listener, targetPort);
    listener.on("connection", (client) => proxy.join(client));
    return proxy;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get open(): number {
    return this.links.size;
  }

  /** The address of a URL, by way of the proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = "127.0.0.1";
    changed.port = String(this.port);
    return changed.href;
  }

  /** Resets every link. */
  cut(): void {
    for (const link of this.links) reset(link);
  }

  /** Resets each link within the next bytes that go to its client, half of which arrive. */
  cutInMidFrame(): void {
    for (const link of this.links) link.cutNext = true;
  }

  /** From now on nothing arrives on the links that are open, and nobody is told; new ones are as good as ever. */
  swallowOpenLinks(): void {
    for (const link of this.links) link.swallowed = true;
  }

  /** As `swallowOpenLinks`, and on new links neither, until `deliver`. */
  swallow(): void {
    this.swallowing = true;
    this.swallowOpenLinks();
  }

  deliver(): void {
    this.swallowing = false;
  }

  /** Ends one direction of every link: the side hears that nothing more will come, and the other hears nothing of it. */
  halfClose(side: Side): void {
    for (const { client, server } of this.links) (side === "CLIENT" ? client : server).end();
  }

  /** No fault any more, for the links that survived and for new ones. */
  heal(): void {
    this.delayMs = 0;
    this.bytesPerSecond = null;
    this.deliver();
  }

  async close(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, "close");
  }

  private join(client: Socket): void {
    const server = connect({ port: this.targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const link: Link = { client, server, swallowed: this.swallowing, cutNext: false };
    this.links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        if (link.swallowed && !(client.destroyed && server.destroyed)) return;
        this.links.delete(link);
        client.destroy();
        server.destroy();
      });
    }
    this.carry(link, client, server, "SERVER");
    this.carry(link, server, client, "CLIENT");
  }

  private carry(link: Link, from: Socket, to: Socket, side: Side): void {
    let carried: Promise<unknown> = Promise.resolve();
    from.on("data", (bytes: Buffer) => {
      from.pause();
      carried = this.pass(link, bytes, to, side).finally(() => from.resume());
    });
    from.on("end", () => {
      void carried.finally(() => {
        if (!link.swallowed) to.end();
      });
    });
  }

  private async pass(link: Link, bytes: Buffer, to: Socket, side: Side): Promise<void> {
    if (this.delayMs > 0) await pause(this.delayMs);
    if (link.swallowed) return;
    if (link.cutNext && side === "CLIENT") {
      to.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => reset(link));
      return;
    }
    const step = this.bytesPerSecond === null ? bytes.length : Math.max(1, Math.floor(this.bytesPerSecond / 50));
    for (let from = 0; from < bytes.length && to.writable; from += step) {
      if (from > 0) await pause(20);
      if (link.swallowed) return;
      if (!to.write(bytes.subarray(from, from + step))) await Promise.race([once(to, "drain"), once(to, "close")]);
    }
  }
}

function reset({ client, server }: Link): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}
