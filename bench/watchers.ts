import { ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const TYPESCRIPT = join(__dirname, "..", "bin", "typescript.js");

/** Processes that the clients are spread over: a process may hold only so many sockets. */
const PROCESSES = 2;

/** How long the last of the changes are waited for, in milliseconds. */
const PATIENCE_MS = 30_000;

/** What a process of clients is asked. */
export interface Asked {
  /** To watch these customers, each on a socket of its own. */
  readonly open?: {
    readonly url: string;
    readonly key: string;
    readonly query: string;
    readonly ids: readonly string[];
  };
  /** To note from now on when which change arrives. */
  readonly note?: true;
  /** What was noted, and to note no more. */
  readonly arrivals?: true;
}

/** What a process of clients tells. */
export interface Told {
  readonly done?: true;
  readonly received?: number;
  readonly failed?: string;
  readonly arrivals?: Arrivals;
}

/** Changes as they arrived: the number of each event, and the time in milliseconds since 1970. */
export interface Arrivals {
  readonly numbers: Float64Array;
  readonly times: Float64Array;
}

/** What an agent's screen asks for. */
const WATCH = `subscription Watch($id: ID!) {
  profileChanges(profileId: $id) {
    __typename cursor profileId ... on InteractionAdded { interaction { id channel direction occurredAt text } } } }`;

/** Clients that watch, in processes of their own. */
export class Watchers {
  private readonly received: number[];
  private failure: Error | undefined;
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly processes: readonly ChildProcess[]) {
    this.received = processes.map(() => 0);
    processes.forEach((child, place) => {
      child.on("message", ({ received, failed }: Told) => {
        if (received !== undefined) this.received[place] = received;
        if (failed !== undefined) this.failure ??= new Error(`a client that watched has failed: ${failed}`);
        for (const check of this.waiting) check();
      });
    });
  }

  /** One client for each customer, all known to the server when this resolves. */
  static async open(url: string, key: string, ids: readonly string[]): Promise<Watchers> {
    const program = join(__dirname, "watching.ts");
    const watchers = new Watchers(
      Array.from({ length: PROCESSES }, () =>
        fork(program, {
          execArgv: ["-r", TYPESCRIPT],
          serialization: "advanced",
          stdio: ["ignore", "inherit", "inherit", "ipc"],
        }),
      ),
    );
    try {
      await watchers.ask((place) => ({
        open: { url, key, query: WATCH, ids: ids.filter((_id, at) => at % PROCESSES === place) },
      }));
      return watchers;
    } catch (error) {
      await watchers.close();
      throw error;
    }
  }

  /** Changes that have arrived so far, at all of them together. @throws Error when one of them has failed */
  get total(): number {
    if (this.failure) throw this.failure;
    return this.received.reduce((sum, received) => sum + received, 0);
  }

  /** Resolves when so many changes have arrived. @throws Error when they do not */
  reaches(total: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        clearTimeout(impatience);
        this.waiting.delete(check);
        how();
      };
      const check = (): void => {
        if (this.failure) settle(() => reject(this.failure));
        else if (this.total >= total) settle(resolve);
      };
      const impatience = setTimeout(() => {
        settle(() => reject(new Error(`of ${total} changes ${this.total} arrived`)));
      }, PATIENCE_MS);
      this.waiting.add(check);
      check();
    });
  }

  async note(): Promise<void> {
    await this.ask(() => ({ note: true }));
  }

  async arrivals(): Promise<readonly Arrivals[]> {
    const told = await this.ask(() => ({ arrivals: true }));
    return told.map(({ arrivals }) => arrivals!);
  }

  async close(): Promise<void> {
    for (const child of this.processes) {
      child.disconnect();
      if (child.exitCode === null) await once(child, "exit");
    }
  }
  /** Asks every process, and answers with what they tell. */
  private ask(question: (place: number) => Asked): Promise<Told[]> {
    return Promise.all(
      this.processes.map(
        (child, place) =>
          new Promise<Told>((resolve, reject) => {
            const hear = (told: Told): void => {
              if (told.received !== undefined) return;
              child.off("message", hear);
              if (told.failed === undefined) resolve(told);
              else reject(new Error(told.failed));
            };
            child.on("message", hear);
            child.send(question(place));
          }),
      ),
    );
  }
}
