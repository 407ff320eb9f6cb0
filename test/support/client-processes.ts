import { ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ClientsAsked, ClientsTold } from "./resuming-clients";

const PROGRAM = join(__dirname, "resuming-clients.ts");
const TYPESCRIPT = join(__dirname, "../../bin/typescript.js");

export interface Subscribing {
  readonly url: string;
  readonly key: string;
  readonly query: string;
}

/** Subscriptions that resume, spread over processes of their own. */
export class ClientProcesses<Data> {
  private readonly children: readonly ChildProcess[];

  constructor(
    private readonly subscribing: Subscribing,
    processes: number,
  ) {
    this.children = Array.from({ length: processes }, () => fork(PROGRAM, { execArgv: ["-r", TYPESCRIPT] }));
  }

  /** So many more subscriptions, one for each of these variables; they are dealt out in turn. */
  async open(variables: readonly Record<string, unknown>[]): Promise<void> {
    await this.ask((place) => ({ open: { ...this.subscribing, variables: this.dealt(variables, place) } }));
  }

  /** Resolves when every one of them has seen so many events. */
  async saw(count: number): Promise<void> {
    await this.ask(() => ({ saw: count }));
  }

  /** Cuts off all of them, as a network does. */
  async cut(): Promise<void> {
    await this.ask(() => ({ cut: true }));
  }

  /** What each has seen, in the order in which they were opened, when they were opened at once. */
  async seen(): Promise<Data[][]> {
    const told = await this.ask(() => ({ tell: true }));
    const seen: Data[][] = [];
    for (const [place, { seen: own }] of told.entries()) {
      for (const [turn, events] of own!.entries()) seen[turn * told.length + place] = events as Data[];
    }
    return seen;
  }

  async close(): Promise<void> {
    await this.ask(() => ({ close: true }));
    for (const child of this.children) {
      child.disconnect();
      if (child.exitCode === null) await once(child, "exit");
    }
  }

  private dealt<T>(all: readonly T[], place: number): T[] {
    return all.filter((_one, at) => at % this.children.length === place);
  }

  private ask(question: (place: number) => ClientsAsked): Promise<ClientsTold[]> {
    return Promise.all(
      this.children.map(async (child, place) => {
        const told = once(child, "message") as Promise<[ClientsTold]>;
        child.send(question(place));
        const [answer] = await told;
        if (answer.failed !== undefined) throw new Error(`a client has failed: ${answer.failed}`);
        return answer;
      }),
    );
  }
}
