import { RulesDifference } from "../rules/rules-difference";
import { PreviewPhase, PreviewProgress } from "./preview-progress";

/** How far a preview is; with its answer when it is DONE. */
export interface PreviewEvent extends PreviewProgress {
  readonly difference: RulesDifference | null;
}

/** Steps of a phase that are told. */
const STEPS = 100;

/**
 * How far a preview is, until its answer, which comes last.
 *
 * Promises: only the newest is kept for a reader who takes slowly, and the answer is never lost; a phase is told in a
 * hundred steps at most. A reader who leaves ends the preview.
 * On failure: the stream ends with the error.
 */
export class PreviewStream implements AsyncIterableIterator<PreviewEvent> {
  private readonly leaving = new AbortController();
  private told: PreviewProgress = { phase: "WAITING", done: 0, total: 0 };
  private newest: PreviewEvent | null = { ...this.told, difference: null };
  private outcome: { readonly error?: unknown } | null = null;
  private broken = false;
  private wake: (() => void) | undefined;
  private over: (() => void) | undefined;

  /** Aborted when the reader has left. */
  get signal(): AbortSignal {
    return this.leaving.signal;
  }

  tell(phase: PreviewPhase, done: number, total: number): void {
    if (this.outcome !== null) return;
    if (phase === this.told.phase && done - this.told.done < total / STEPS && done < total) return;
    this.told = { phase, done, total };
    this.put({ ...this.told, difference: null });
  }

  /** Ends with the answer, or with what the preview failed with. */
  follow(result: Promise<RulesDifference>): void {
    result.then(
      (difference) =>
        this.finish({ phase: "DONE", done: difference.records, total: difference.records, difference }, {}),
      (error: unknown) => this.finish(null, { error }),
    );
  }

  /** False once what was peeked at must not be delivered any more: the preview failed, or its reader has left. */
  get isOpen(): boolean {
    return !this.broken;
  }

  /** The newest event that was not delivered; waits for one. None once the stream is over. */
  async peek(): Promise<readonly PreviewEvent[]> {
    for (;;) {
      if (this.newest !== null) return [this.newest];
      if (this.outcome !== null) {
        const { error } = this.outcome;
        this.outcome = {};
        if (error !== undefined && !this.signal.aborted) throw error;
        return [];
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Lets go of what was peeked at; a newer one may have taken its place. */
  delivered([event]: readonly PreviewEvent[]): void {
    if (event === this.newest) this.newest = null;
  }

  /** Calls the listener when the stream ends without its answer, for one who waits for something else than an event. */
  onOver(listener: () => void): void {
    this.over = listener;
  }

  async next(): Promise<IteratorResult<PreviewEvent>> {
    const [event] = await this.peek();
    if (event === undefined) return { done: true, value: undefined };
    this.delivered([event]);
    return { done: false, value: event };
  }

  async return(): Promise<IteratorResult<PreviewEvent>> {
    this.leaving.abort();
    this.end(null, {});
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private finish(event: PreviewEvent | null, outcome: { readonly error?: unknown }): void {
    if (this.outcome === null) this.end(event, outcome);
  }

  private end(event: PreviewEvent | null, outcome: { readonly error?: unknown }): void {
    this.outcome = outcome;
    this.broken = event === null;
    this.put(event);
    if (this.broken) this.over?.();
  }

  private put(event: PreviewEvent | null): void {
    this.newest = event;
    this.wake?.();
    this.wake = undefined;
  }
}
