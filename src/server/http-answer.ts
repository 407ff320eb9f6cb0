import { ServerResponse } from "node:http";

/** Codes of what is refused before GraphQL is reached. */
export type TransportCode =
  | "UNAUTHENTICATED"
  | "BAD_REQUEST"
  | "FORBIDDEN"
  | "BAD_CURSOR"
  | "CURSOR_EXPIRED"
  | "LIMIT_EXCEEDED"
  | "NOT_FOUND"
  | "INTERNAL_SERVER_ERROR";

/** Answers a request that never became an operation, in the form of a GraphQL error. */
export function answerError(
  response: ServerResponse,
  status: number,
  code: TransportCode,
  message: string,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(body);
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }).end(text);
}
