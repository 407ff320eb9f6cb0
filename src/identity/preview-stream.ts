import { PreviewPhase, PreviewProgress } from "./preview-progress";
import { RulesDifference } from "./rules-difference";

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
  private wake: (() => void) | undefined;

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

  async next(): Promise<IteratorResult<PreviewEvent>> {
    for (;;) {
      const event = this.newest;
      this.newest = null;
      if (event !== null) return { done: false, value: event };
      if (this.outcome !== null) {
        const { error } = this.outcome;
        this.outcome = {};
        if (error !== undefined && !this.signal.aborted) throw error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<PreviewEvent>> {
    this.leaving.abort();
    this.finish(null, {});
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private finish(event: PreviewEvent | null, outcome: { readonly error?: unknown }): void {
    if (this.outcome !== null) return;
    this.outcome = outcome;
    this.put(event);
  }

  private put(event: PreviewEvent | null): void {
    this.newest = event;
    this.wake?.();
    this.wake = undefined;
  }
}
