import { once } from "node:events";
import { AddressInfo, connect, createServer, Server, Socket } from "node:net";

/** Stands between a client and a server, and cuts or holds each connection after so many bytes of its answer. */
export class CuttingProxy {
  /** What becomes of the next connections, in their order; behind the last of them they are left alone. */
  readonly plans: { readonly afterBytes: number; readonly does: "cut" | "hold" }[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly watchers = new Set<() => void>();
  private held = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    server.on("connection", (socket) => this.pass(socket));
  }

  static async open(target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(createServer(), new URL(target));
    proxy.server.listen(0, "127.0.0.1");
    await once(proxy.server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves once a connection is being held. */
  async holding(): Promise<void> {
    while (this.held === 0) await new Promise<void>((resolve) => this.watchers.add(resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private pass(client: Socket): void {
    const plan = this.plans.shift();
    const upstream = connect(Number(this.target.port), this.target.hostname);
    let passed = 0;
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (bytes: Buffer) => {
      passed += bytes.length;
      if (plan === undefined || passed <= plan.afterBytes) {
        if (!client.write(bytes)) upstream.pause();
        return;
      }
      upstream.pause();
      if (plan.does === "cut") {
        client.resetAndDestroy();
        return;
      }
      this.held += 1;
      for (const watcher of this.watchers) watcher();
      this.watchers.clear();
    });
    client.on("drain", () => upstream.resume());
  }
}
