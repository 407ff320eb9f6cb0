import { randomUUID } from "node:crypto";
import { Log } from "../log";
import { Notifier } from "./feed-signal";

/** Polls that pass before an echo that did not come is missed. */
const POLLS = 3;

/**
 * Finds out whether what is signalled is heard. A pooler in transaction mode answers LISTEN as PostgreSQL does, but on a
 * connection that is someone else's a moment later: only a signal of one's own that does not come back tells.
 */
export class FeedEcho {
  private expected: string | undefined;
  private sent = false;
  private polls = 0;
  private told = false;

  constructor(
    private readonly notifier: Notifier,
    private readonly channel: string,
    private readonly log: Log,
  ) {}

  /** To be called whenever listening has begun. */
  ask(): void {
    const expected = `echo ${randomUUID()}`;
    this.expected = expected;
    this.sent = false;
    this.polls = 0;
    this.notifier.notify(this.channel, expected).then(
      () => {
        this.sent = true;
      },
      // Who signals has trouble of their own, which says nothing about who listens.
      () => undefined,
    );
  }

  /** Whether the payload was an echo, and so names no tenants. */
  hear(payload: string): boolean {
    if (payload === this.expected) this.expected = undefined;
    return payload.startsWith("echo ");
  }

  /** To be called after every poll. Says so, once, when the echo does not come. */
  polled(): void {
    if (this.expected === undefined || !this.sent || this.told) return;
    this.polls += 1;
    if (this.polls < POLLS) return;
    this.told = true;
    this.log.warn(
      "signals between servers do not arrive, as behind a pooler in transaction mode: polling alone carries the feed",
    );
  }
}
