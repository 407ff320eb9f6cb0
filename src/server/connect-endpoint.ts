import { IncomingMessage, ServerResponse } from "node:http";
import { Delivery } from "../connect/pipeline/adapter";
import { DeliveryService } from "../connect/pipeline/delivery.service";
import { Services } from "../graphql/services";
import { answerError } from "./http-answer";
import { decodeBody, readRawBody, UnusableBody } from "./raw-body";
import { MAX_BODY_BYTES } from "./request-body";

const PATH = /^\/connect\/([^/]+)\/([^/]+)(?:\/(.*))?$/;

/** Deliveries over HTTP: `/connect/<tenant>/<source>/...`, POST, and GET for systems that ask whether it is ours. */
export class ConnectEndpoint {
  private readonly deliveries: DeliveryService;

  /** @param publicUrl where the world reaches this server; null: as each request says */
  constructor(
    services: Services,
    private readonly publicUrl: string | null,
  ) {
    this.deliveries = services.get(DeliveryService);
  }

  async answer(request: IncomingMessage, response: ServerResponse, pathname: string, search: string): Promise<void> {
    if (request.method !== "GET" && request.method !== "POST") {
      return answerError(response, 405, "BAD_REQUEST", "Deliveries come by POST.", { allow: "GET, POST" });
    }
    const [, tenant, source, path = ""] = (PATH.exec(pathname) ?? []).map(decoded);
    if (tenant === undefined || source === undefined) {
      return answerError(
        response,
        404,
        "NOT_FOUND",
        "There is nothing here. Deliveries go to /connect/<tenant>/<source>.",
      );
    }
    try {
      const rawBody = await readRawBody(request, MAX_BODY_BYTES);
      const body = await decodeBody(rawBody, request.headers["content-encoding"], MAX_BODY_BYTES);
      const delivery: Delivery = {
        method: request.method,
        url: this.urlOf(request),
        path: path ?? "",
        query: new URLSearchParams(search),
        headers: headersOf(request),
        rawBody,
        body,
        receivedAt: new Date().toISOString(),
      };
      const { status, contentType, body: answer } = await this.deliveries.answer(tenant, source, delivery);
      response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" }).end(answer);
    } catch (error) {
      if (!(error instanceof UnusableBody)) throw error;
      const code = error.status === 413 ? "LIMIT_EXCEEDED" : "BAD_REQUEST";
      answerError(response, error.status, code, error.message, { connection: "close" });
    }
  }

  /** Some systems sign it. What a proxy says of itself is believed: a forged address only makes a signature wrong. */
  private urlOf({ headers, url = "/" }: IncomingMessage): string {
    if (this.publicUrl !== null) return this.publicUrl + url;
    const forwarded = String(headers["x-forwarded-proto"] ?? "")
      .split(",")[0]!
      .trim();
    const host = String(headers["x-forwarded-host"] ?? headers.host ?? "localhost")
      .split(",")[0]!
      .trim();
    return `${forwarded === "https" ? "https" : "http"}://${host}${url}`;
  }
}

/** Undefined for what is no percent-encoding of UTF-8 and names nothing. */
function decoded(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function headersOf({ headers }: IncomingMessage): Map<string, string> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
