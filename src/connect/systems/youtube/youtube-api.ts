/**
 * The two lists of the YouTube Data API that hold comments. Each call costs one unit of a day's quota (10,000 by default).
 *
 * It promises: a call is answered with JSON, or throws `YoutubeRefused` with words for the user. It repeats what fails on the way or
 * with 429 and 5xx, and counts every attempt, for each may cost a unit. Redirects are not followed: the key goes nowhere else.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readPayload } from "../../reading/payload";

export class YoutubeRefused extends Error {
  constructor(
    /** YouTube's own word for it, such as "quotaExceeded" or "commentsDisabled". */
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = "YoutubeRefused";
  }
}

export interface YoutubeApiOptions {
  /** Where the API is; another one in tests. */
  readonly baseUrl: string;
  readonly key: string;
  readonly signal: AbortSignal;
  /** Waits before a repetition; replaced in tests. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export type ListName = "commentThreads" | "comments";

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;
const TIMEOUT_MS = 30_000;

const failure = z.object({
  error: z.object({ errors: z.array(z.object({ reason: z.string() })).optional(), message: z.string().optional() }),
});

export class YoutubeApi {
  private calls = 0;

  constructor(private readonly options: YoutubeApiOptions) {}

  /** Units used so far. */
  get units(): number {
    return this.calls;
  }

  async list(name: ListName, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const url = `${this.options.baseUrl.replace(/\/+$/, "")}/youtube/v3/${name}?${new URLSearchParams(parameters)}`;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.attempt(url);
      if ("value" in answer) return answer.value;
      if (attempt === ATTEMPTS) throw new YoutubeRefused("unreachable", `No answer from YouTube: ${answer.retry}.`);
      const pause = this.options.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }));
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), this.options.signal);
    }
  }

  private async attempt(url: string): Promise<{ value: unknown } | { retry: string }> {
    this.calls += 1;
    const { key, signal } = this.options;
    try {
      const response = await fetch(url, {
        headers: { accept: "application/json", "x-goog-api-key": key },
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (response.status === 429 || response.status >= 500) return { retry: `HTTP ${response.status}` };
      const { value, problem } = readPayload(Buffer.from(await response.arrayBuffer()));
      if (!response.ok) throw refusalOf(response.status, value);
      return problem === null ? { value } : { retry: "it is no JSON" };
    } catch (error) {
      if (error instanceof YoutubeRefused || signal.aborted) throw error;
      return { retry: "the connection failed" };
    }
  }
}

function refusalOf(status: number, body: unknown): YoutubeRefused {
  const { data } = failure.safeParse(body);
  const reason = data?.error.errors?.[0]?.reason ?? `HTTP ${status}`;
  return new YoutubeRefused(reason, `YouTube refuses: ${data?.error.message ?? reason} (${reason})`);
}
