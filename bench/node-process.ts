import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(__dirname, "..");
const TYPESCRIPT = join(ROOT, "bin", "typescript.js");
const STOPS_WITHIN_MS = 20_000;
const STARTS_WITHIN_MS = 30_000;

/** A server in a process of its own. */
export interface NodeProcess {
  /** Its base address. */
  readonly url: string;
  /** Resident memory after a forced collection, in bytes. Only with `measured`. */
  memory(): Promise<number>;
  /** The same at this moment, with nothing collected before. One at a time. */
  resident(): Promise<number>;
  stop(): Promise<void>;
}

export interface NodeProcessOptions {
  /** The program, from the root of the project, and its arguments. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the process can be asked for its memory. */
  readonly measured?: boolean;
}

/** Resolves when the process has printed where it listens. */
export async function startNode({ program, environment, measured }: NodeProcessOptions): Promise<NodeProcess> {
  const preload = measured ? ["--expose-gc", "-r", TYPESCRIPT, "-r", join(__dirname, "answer-memory.ts")] : [];
  const [file = "", ...values] = program;
  const args = [...preload, ...(file.endsWith(".ts") ? ["-r", TYPESCRIPT] : []), join(ROOT, file), ...values];
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, ...environment },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  exited.catch(() => undefined);
  const port = await listeningPort(child).catch((error: Error) => {
    child.kill("SIGKILL");
    throw error;
  });
  const ask = (what: string): Promise<number> =>
    new Promise((resolve) => {
      child.once("message", (bytes) => resolve(Number(bytes)));
      child.send(what);
    });
  return {
    url: `http://127.0.0.1:${port}`,
    memory: () => ask("memory"),
    resident: () => ask("resident"),
    async stop() {
      child.kill("SIGTERM");
      const impatience = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
      if (child.exitCode === null && child.signalCode === null) await exited;
      clearTimeout(impatience);
    },
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    const impatience = setTimeout(() => reject(new Error(`a server did not start: ${said}`)), STARTS_WITHIN_MS);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`a server ended instead of starting: ${said}`)));
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const port = /http:\/\/(?:localhost|127\.0\.0\.1):(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(impatience);
      resolve(Number(port));
    });
  });
}
