/**
 * The GraphQL client of the command line tools.
 *
 * It promises: an operation is answered with its data, or throws one of two errors. `Refused` is an answer, and asking
 * again would not change it. `Unreachable` means that no usable answer came (network, time-out, 429, 5xx, an internal
 * error) although the request was repeated with growing pauses; the operation may or may not have happened.
 * It trusts that what is sent is idempotent, as `ingest` and `upsertRecords` are: a request may arrive twice.
 */

import { setTimeout as sleep } from "node:timers/promises";

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** No usable answer came, for as long as the client was told to try. */
export class Unreachable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Unreachable";
  }
}

/** What to tell the user of a command that failed. */
export function failureInWords(error: unknown): string {
  if (error instanceof Unreachable) return `No answer from the server: ${error.message}.`;
  if (error instanceof Refused) return `The server refuses: ${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}

export interface ClientOptions {
  /** The address to POST to. */
  readonly url: string;
  readonly key: string;
  /** How often one request is sent before it counts as unreachable. Default 8: about a minute of trying. */
  readonly attempts?: number;
  /** Milliseconds one attempt may take. Default 60,000. */
  readonly timeout?: number;
  /** Called before each repetition. */
  readonly onRetry?: (reason: string, pauseMs: number) => void;
  /** Waits; replaced in tests. Ends early, rejecting, when the signal says so. */
  readonly pause?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message?: string; readonly extensions?: { readonly code?: string } }[];
}

type Attempt = { readonly data: unknown } | { readonly retry: string; readonly afterMs?: number };

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

export class GraphqlClient {
  constructor(private readonly options: ClientOptions) {}

  request<Data>(query: string, variables: Record<string, unknown>, signal?: AbortSignal): Promise<Data> {
    return this.send<Data>(JSON.stringify({ query, variables }), signal);
  }

  /** Sends a body that is JSON already, for callers who hold their variables as text. */
  async send<Data>(body: string, signal?: AbortSignal): Promise<Data> {
    const attempts = this.options.attempts ?? 8;
    for (let attempt = 1; ; attempt++) {
      const result = await this.attempt(body, signal);
      if ("data" in result) return result.data as Data;
      if (attempt >= attempts) throw new Unreachable(result.retry);
      const pause = result.afterMs ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      this.options.onRetry?.(result.retry, pause);
      await (this.options.pause ?? pauseFor)(pause, signal);
    }
  }

  private async attempt(body: string, signal: AbortSignal | undefined): Promise<Attempt> {
    const timeout = AbortSignal.timeout(this.options.timeout ?? 60_000);
    try {
      const response = await fetch(this.options.url, {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.options.key}`,
          "content-type": "application/json",
          accept: "application/json",
        },
        body,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      return judge(response.status, response.headers.get("retry-after"), await response.text());
    } catch (error) {
      if (error instanceof Refused || signal?.aborted === true) throw error;
      return { retry: reasonOf(error) };
    }
  }
}

/** Jitter keeps clients that were cut off together from coming back together. */
function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return sleep(ms * (0.75 + Math.random() / 2), undefined, { signal });
}

function judge(status: number, retryAfter: string | null, text: string): Attempt {
  const answer = readAnswer(text);
  const error = answer?.errors?.[0];
  const code = error?.extensions?.code;
  if (status === 429 || status >= 500 || code === "INTERNAL_SERVER_ERROR") {
    const seconds = Number(retryAfter ?? Number.NaN);
    const afterMs = seconds >= 0 ? Math.min(seconds * 1000, LONGEST_PAUSE_MS) : undefined;
    return { retry: `the server answered ${status}${error?.message ? `: ${error.message}` : ""}`, afterMs };
  }
  if (error !== undefined) throw new Refused(code ?? `HTTP_${status}`, error.message ?? "refused without a reason");
  if (status === 413) throw new Refused("LIMIT_EXCEEDED", "the request is too large");
  if (status === 401) throw new Refused("UNAUTHENTICATED", "the key is not accepted");
  if (answer?.data === undefined || answer.data === null) {
    throw new Refused(`HTTP_${status}`, `what answers there is no Onefold server (HTTP ${status})`);
  }
  return { data: answer.data };
}

function readAnswer(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens at that address",
  ECONNRESET: "the connection was cut off",
  UND_ERR_SOCKET: "the connection was cut off",
  ENOTFOUND: "there is no such host",
};

/** fetch says only "fetch failed" and keeps the reason below. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as {
    name?: string;
    message?: string;
    cause?: { code?: string; message?: string };
  };
  if (name === "TimeoutError") return "no answer in time";
  return NETWORK_REASONS[cause?.code ?? ""] ?? cause?.code ?? cause?.message ?? message ?? String(error);
}
