import { join } from "node:path";
import { setTimeout as elapsed } from "node:timers/promises";
import { OnefoldProcess } from "./onefold-process";

const TYPESCRIPT = join(__dirname, "../../bin/typescript.js");
const ANSWER_HELD = join(__dirname, "answer-held.ts");

/** How often the server is asked what it holds: collecting its garbage takes it a tenth of a second. */
const ASKED_EVERY_MS = 2_000;

/** For the environment of a server that is to be measured. */
export const MEASURED = { NODE_OPTIONS: `-r ${TYPESCRIPT} -r ${ANSWER_HELD}` };

/** What a server holds once its garbage is collected, in bytes. */
export class HeldMemory {
  private asked = 0;

  constructor(private readonly server: OnefoldProcess) {}

  async now(): Promise<number> {
    this.asked += 1;
    const answer = new RegExp(`answer ${this.asked}: (\\d+) bytes are held`);
    this.server.signal("SIGUSR2");
    return Number((await this.server.says(answer))[1]);
  }

  /** What something answers, and the most that the server held meanwhile. */
  async mostDuring<Result>(work: Promise<Result>): Promise<Result & { held: number }> {
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    let held = 0;
    while (!over) {
      held = Math.max(held, await this.now());
      await Promise.race([done.catch(() => undefined), elapsed(ASKED_EVERY_MS)]);
    }
    return { ...(await done), held: Math.max(held, await this.now()) };
  }
}
