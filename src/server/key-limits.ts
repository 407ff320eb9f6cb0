import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** Requests of one key in one window, on one server. */
const REQUESTS = 10_000;
const WINDOW_SECONDS = 10;

/** Open sockets of one key on one server. */
const SOCKETS = 2_000;

/** What one key may use of one server. Counted in memory: each server guards itself. */
export class KeyLimits {
  private readonly requests = new RateLimiterMemory({ points: REQUESTS, duration: WINDOW_SECONDS });
  private readonly sockets = new Map<string, number>();

  constructor(private readonly on: boolean) {}

  /** Counts a request. Answers the seconds to wait when it is one too many, else null. */
  async countRequest(keyId: string): Promise<number | null> {
    if (!this.on) return null;
    try {
      await this.requests.consume(keyId);
      return null;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw refusal;
    }
  }

  /** Counts a socket until the answer is called; null when it is one too many. */
  countSocket(keyId: string): (() => void) | null {
    const open = this.sockets.get(keyId) ?? 0;
    if (this.on && open >= SOCKETS) return null;
    this.sockets.set(keyId, open + 1);
    return () => {
      const left = (this.sockets.get(keyId) ?? 1) - 1;
      if (left > 0) this.sockets.set(keyId, left);
      else this.sockets.delete(keyId);
    };
  }
}
