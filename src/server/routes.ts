import { randomUUID } from "node:crypto";
import { IncomingMessage, ServerResponse } from "node:http";
import { Database } from "../db/database";
import { Log } from "../log";
import { ConnectEndpoint } from "./connect-endpoint";
import { ExportEndpoint } from "./export-endpoint";
import { answerGraphiql } from "./graphiql";
import { GraphqlEndpoint } from "./graphql-endpoint";
import { answerError, answerText } from "./http-answer";
import { Metrics } from "./metrics";
import { Origins } from "./origins";
import { findUnreadiness } from "./readiness";
import { TrackingEndpoint } from "./tracking-endpoint";

const REQUEST_ID = /^[\w.-]{1,64}$/;

export interface RoutesOptions {
  readonly graphql: GraphqlEndpoint;
  readonly connect: ConnectEndpoint;
  readonly tracking: TrackingEndpoint;
  readonly exports: ExportEndpoint;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly origins: Origins;
  readonly log: Log;
  readonly isDraining: () => boolean;
}

/** Which path leads where. Every answer carries the id under which its log lines are found. */
export class Routes {
  constructor(private readonly options: RoutesOptions) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { metrics, log } = this.options;
    const began = performance.now();
    const given = request.headers["x-request-id"];
    const requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    const [pathname, search] = splitUrl(request.url ?? "/");
    const route = routeOf(pathname);
    response.setHeader("x-request-id", requestId);
    if (this.options.isDraining()) response.setHeader("connection", "close");
    response.on("close", () => {
      metrics.requestSeconds.observe({ route, status: response.statusCode }, (performance.now() - began) / 1000);
    });
    try {
      await this.dispatch(route, pathname, search, requestId, request, response);
    } catch (error) {
      // A caller that went away in the middle of its own request is no fault of the server.
      if (request.destroyed && !request.complete) return;
      log.error({ err: error, requestId }, "a request failed");
      if (response.headersSent) response.destroy();
      else answerError(response, 500, "INTERNAL_SERVER_ERROR", "Internal server error");
    }
  }

  private async dispatch(
    route: Route,
    pathname: string,
    search: string,
    requestId: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { graphql, origins } = this.options;
    if (route === "/graphql") {
      origins.addHeaders(request, response);
      if (request.method === "OPTIONS") return origins.answerPreflight(request, response);
      return graphql.answer(request, response, search, requestId);
    }
    if (route === "/connect") return this.options.connect.answer(request, response, pathname, search);
    if (route === "/v1") return this.options.tracking.answer(request, response, pathname);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answerText(response, route === "other" ? 404 : 405, "Only GET is answered here.\n");
    }
    if (route === "/export") return this.options.exports.answer(request, response, search);
    if (route === "/graphiql") return answerGraphiql(pathname, response);
    if (route === "/healthz") return answerText(response, 200, "ok\n");
    if (route === "/readyz") return this.answerReady(response);
    if (route === "/metrics") return this.answerMetrics(response);
    if (route === "/") {
      response.writeHead(302, { location: "/graphiql" }).end();
      return;
    }
    answerError(response, 404, "NOT_FOUND", "There is nothing here. GraphQL is at /graphql.");
  }

  private async answerReady(response: ServerResponse): Promise<void> {
    const reason = this.options.isDraining() ? "the server is stopping" : await findUnreadiness(this.options.database);
    answerText(response, reason === null ? 200 : 503, reason === null ? "ready\n" : `not ready: ${reason}\n`);
  }

  private async answerMetrics(response: ServerResponse): Promise<void> {
    const { registry } = this.options.metrics;
    const text = await registry.metrics();
    response.writeHead(200, { "content-type": registry.contentType, "cache-control": "no-store" }).end(text);
  }
}

const ROUTES = ["/graphql", "/export", "/graphiql", "/healthz", "/readyz", "/metrics", "/connect", "/v1", "/"] as const;

type Route = (typeof ROUTES)[number] | "other";

function routeOf(pathname: string): Route {
  if (pathname.startsWith("/graphiql/")) return "/graphiql";
  if (pathname.startsWith("/connect/")) return "/connect";
  if (pathname.startsWith("/v1/")) return "/v1";
  return ROUTES.find((route) => route === pathname) ?? "other";
}

function splitUrl(url: string): [string, string] {
  const mark = url.indexOf("?");
  return mark < 0 ? [url, ""] : [url.slice(0, mark), url.slice(mark)];
}
