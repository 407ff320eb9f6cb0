import type { DemoChange } from "./change";
import { Joins } from "./joins";

/**
 * Listens to the feed while the play goes on. What it has to tell is kept until it is asked for, so that a join is told
 * below the step that caused it and not between two words.
 */
export class Audience {
  private readonly joins = new Joins();
  private readonly news: string[] = [];
  private readonly messages = new Set<string>();
  /** The number of the newest change of a profile. */
  private readonly lastOf = new Map<string, number>();
  private changes = 0;
  private readonly listening: Promise<void>;
  private failure: unknown;
  private gone = false;
  private wake: () => void = () => undefined;

  constructor(changes: AsyncIterable<DemoChange>) {
    this.listening = this.listen(changes);
  }

  /** Changes heard so far. */
  get heard(): number {
    return this.changes;
  }

  get recordIds(): readonly string[] {
    return this.joins.recordIds;
  }

  /** See `Joins.met`. */
  met(profileId: string, channel: string): void {
    this.joins.met(profileId, channel);
  }

  /** What the feed told since the last time. Throws when there is nothing to listen to any more. */
  takeNews(): string[] {
    if (this.failure !== undefined) throw this.failure;
    return this.news.splice(0);
  }

  /** Waits until the feed has shown something of this kind, the past included; no longer than given. */
  async hasSeen(what: { messageId: string } | { profileId: string; since: number }, withinMs: number): Promise<void> {
    const late = Date.now() + withinMs;
    const shown = (): boolean =>
      "messageId" in what ? this.messages.has(what.messageId) : (this.lastOf.get(what.profileId) ?? 0) > what.since;
    while (!shown() && !this.gone && Date.now() < late) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, late - Date.now());
      });
      clearTimeout(timer);
    }
  }

  /** Resolves when the feed has ended. */
  end(): Promise<void> {
    return this.listening;
  }

  private async listen(changes: AsyncIterable<DemoChange>): Promise<void> {
    try {
      for await (const change of changes) {
        const text = this.joins.tell(change);
        if (text !== undefined) this.news.push(text);
        this.lastOf.set(change.profileId, ++this.changes);
        if (change.__typename === "InteractionAdded") this.messages.add(change.interaction.messageId);
        this.wake();
      }
    } catch (error) {
      this.failure = error;
    }
    this.gone = true;
    this.wake();
  }
}
