import http, { IncomingMessage } from "node:http";
import https from "node:https";
import { AddressGuard, AddressRefused } from "./address-guard";

/** How long, in milliseconds, an endpoint may take to answer, from the first look at its name on. */
export const ANSWERED_WITHIN_MS = 10_000;
/** What is read of an answer, so that the connection can be used again; of a longer one the connection is closed. */
const ANSWER_READ_BYTES = 64 * 1024;
/** Connections to one host at a time, and how long, in milliseconds, one is kept for the next request. */
const CONNECTIONS_A_HOST = 64;
const KEPT_MS = 4_000;

/** What came of an attempt. `error` is in our words: nothing that the endpoint said is kept. */
export type Outcome =
  | { readonly taken: true; readonly status: number }
  | { readonly taken: false; readonly status: number | null; readonly error: string };

/**
 * Sends messages to endpoints. An endpoint has taken a message when it answers with a status from 200 to 299 in time;
 * redirects are not followed, and proxies of the environment are not used.
 */
export class WebhookSender {
  private readonly plain: http.Agent;
  private readonly secure: https.Agent;

  constructor(
    private readonly guard: AddressGuard,
    private readonly answeredWithinMs = ANSWERED_WITHIN_MS,
  ) {
    const options = {
      keepAlive: true,
      timeout: KEPT_MS,
      maxSockets: CONNECTIONS_A_HOST,
      lookup: guard.lookup,
    };
    this.plain = new http.Agent(options);
    this.secure = new https.Agent(options);
  }

  async send(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<Outcome> {
    const url = new URL(address);
    const refusal = this.guard.refusalOf(url);
    if (refusal !== null) return { taken: false, status: null, error: `The URL is not allowed: ${refusal}.` };
    try {
      const status = await this.statusOf(url, headers, Buffer.from(body, "utf8"));
      if (status >= 200 && status < 300) return { taken: true, status };
      const redirected = status >= 300 && status < 400 ? " Redirects are not followed." : "";
      return { taken: false, status, error: `The endpoint answered ${status}.${redirected}` };
    } catch (error) {
      return { taken: false, status: null, error: this.inWords(error as NodeJS.ErrnoException) };
    }
  }

  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }

  /** A kept connection that the endpoint closed at this very moment says nothing about it: then a new one is opened. */
  private async statusOf(url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Promise<number> {
    const signal = AbortSignal.timeout(this.answeredWithinMs);
    try {
      return await this.post(url, headers, body, signal);
    } catch (error) {
      if (!(error instanceof ConnectionWentAway)) throw error;
      return this.post(url, headers, body, signal);
    }
  }

  private post(
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      const [module, agent] = url.protocol === "https:" ? [https, this.secure] : [http, this.plain];
      const request = module.request(url, {
        method: "POST",
        agent,
        signal,
        headers: { ...headers, "content-length": String(body.length) },
      });
      request.on("response", (response) => {
        drain(response);
        resolve(response.statusCode!);
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        reject(request.reusedSocket && error.code === "ECONNRESET" ? new ConnectionWentAway() : error);
      });
      request.end(body);
    });
  }

  private inWords(error: NodeJS.ErrnoException): string {
    if (error instanceof AddressRefused) return `The URL is not allowed: ${error.message}.`;
    if (error.name === "TimeoutError" || error.name === "AbortError") {
      return `The endpoint did not answer within ${this.answeredWithinMs / 1_000} seconds.`;
    }
    const code = typeof error.code === "string" && /^[A-Z0-9_]{1,60}$/.test(error.code) ? ` (${error.code})` : "";
    return `The endpoint could not be reached${code}.`;
  }
}

class ConnectionWentAway extends Error {}

function drain(response: IncomingMessage): void {
  let read = 0;
  response.on("data", (chunk: Buffer) => {
    read += chunk.length;
    if (read > ANSWER_READ_BYTES) response.destroy();
  });
  response.on("error", () => undefined);
}
