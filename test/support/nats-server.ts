import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port";
import { listening, withSystemPrograms } from "./system-program";

/** A NATS server on a port of its own, that can go away and come back there. */
export class NatsServer {
  private child: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  /** A port that a server can be started on; none is yet. */
  static async planned(): Promise<NatsServer> {
    return new NatsServer(await freePort());
  }

  static async running(): Promise<NatsServer> {
    const server = await NatsServer.planned();
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://tea:pot%21@127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ["--addr", "127.0.0.1", "--port", String(this.port), "--user", "tea", "--pass", "pot!"];
    this.child = spawn("nats-server", args, { stdio: "ignore", env: withSystemPrograms() });
    await listening(this.port, this.child);
  }

  async kill(): Promise<void> {
    if (this.child === undefined) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
    this.child = undefined;
  }
}
