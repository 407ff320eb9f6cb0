import type { DemoChange } from "./change";
import { Joins } from "./joins";

/**
 * Listens to the feed while the play goes on. What it has to tell is kept until it is asked for, so that a join is told
 * below the step that caused it and not between two words.
 */
export class Audience {
  private readonly joins = new Joins();
  private readonly news: string[] = [];
  private readonly seen = new Set<string>();
  private readonly listening: Promise<void>;
  private failure: unknown;
  private gone = false;
  private wake: () => void = () => undefined;

  constructor(changes: AsyncIterable<DemoChange>) {
    this.listening = this.listen(changes);
  }

  get recordIds(): readonly string[] {
    return this.joins.recordIds;
  }

  /** What the feed told since the last time. Throws when there is nothing to listen to any more. */
  takeNews(): string[] {
    if (this.failure !== undefined) throw this.failure;
    return this.news.splice(0);
  }

  /** Waits until the feed has shown this message; false when it has not within the time. */
  async hasSeen(messageId: string, withinMs: number): Promise<boolean> {
    const late = Date.now() + withinMs;
    while (!this.seen.has(messageId) && !this.gone && Date.now() < late) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, late - Date.now());
      });
      clearTimeout(timer);
    }
    return this.seen.has(messageId);
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
        if (change.__typename === "InteractionAdded") this.seen.add(change.interaction.messageId);
        this.wake();
      }
    } catch (error) {
      this.failure = error;
    }
    this.gone = true;
    this.wake();
  }
}
