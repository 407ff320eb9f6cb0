import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const PROGRAM = join(__dirname, "../../bin/onefold.js");

/** What a person at the keyboard gets: the program in a process of its own, its output, its exit code. */
export class OnefoldProcess {
  private text = "";
  private readonly watchers = new Set<() => void>();
  private readonly exited: Promise<number | null>;
  private ended = false;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.text += text;
        for (const watcher of this.watchers) watcher();
      });
    }
    this.exited = once(child, "close").then(([code]) => {
      this.ended = true;
      for (const watcher of this.watchers) watcher();
      return code as number | null;
    });
  }

  static run(command: string, environment: Record<string, string>, cwd = "/"): OnefoldProcess {
    const { PATH, TMPDIR } = process.env;
    const env = { PATH, TMPDIR, PORT: "0", HOST: "127.0.0.1", ...environment };
    return new OnefoldProcess(spawn(process.execPath, [PROGRAM, ...command.split(" ")], { env, cwd }));
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** All that it has said so far, on standard output and standard error. */
  get output(): string {
    return this.text;
  }

  /** Resolves with the match once the output has it. Throws when the process ends without having said so. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match) return match;
      if (this.ended) throw new Error(`the process ended without saying ${pattern}: ${this.text}`);
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.watchers.delete(watcher);
          resolve();
        };
        this.watchers.add(watcher);
      });
    }
  }

  /** Resolves when it serves, with its port and the key that it printed. */
  async ready(): Promise<{ port: number; key: string; url: string }> {
    await this.says(/Stop with Ctrl-C/);
    const port = Number(/localhost:(\d+)\/graphql/.exec(this.text)![1]);
    const key = /Key\s+(onefold_\S+)/.exec(this.text)?.[1] ?? "";
    return { port, key, url: `http://127.0.0.1:${port}/graphql` };
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code; null when a signal ended it. */
  exit(): Promise<number | null> {
    return this.exited;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }
}

/** One operation over HTTP, as the bearer of the key; given up after the time, when one is named. */
export async function ask<Data>(
  url: string,
  key: string,
  query: string,
  variables: object = {},
  withinMs?: number,
): Promise<Data> {
  const answer = await fetch(url, {
    signal: withinMs === undefined ? null : AbortSignal.timeout(withinMs),
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: Data; errors?: unknown };
  if (!data || errors) throw new Error(`${answer.status} ${JSON.stringify(errors)}`);
  return data;
}
