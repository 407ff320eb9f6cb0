import { IncomingMessage, ServerResponse } from "node:http";

const ALLOWED_HEADERS = "authorization, content-type, x-request-id, apollo-require-preflight, x-apollo-operation-name";
const PREFLIGHT_SECONDS = "600";

/** The browser pages that may call: those of configured front ends, and our own. */
export class Origins {
  private readonly listed: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.listed = new Set(origins);
  }

  /** Whether a request may come from where it says it comes from. What is no browser names no origin, and may. */
  allows(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined || this.listed.has("*") || this.listed.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  /** Tells the browser which page may read the answer. Of all origins only the caller's own is ever named. */
  addHeaders(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers;
    if (origin === undefined) return;
    response.setHeader("vary", "Origin");
    if (!this.allows(request)) return;
    response.setHeader("access-control-allow-origin", origin);
    response.setHeader("access-control-expose-headers", "x-request-id, retry-after");
  }

  answerPreflight(request: IncomingMessage, response: ServerResponse): void {
    if (this.allows(request)) {
      response.setHeader("access-control-allow-methods", "GET, POST");
      response.setHeader("access-control-allow-headers", ALLOWED_HEADERS);
      response.setHeader("access-control-max-age", PREFLIGHT_SECONDS);
    }
    response.writeHead(204).end();
  }
}
