import { IncomingMessage, ServerResponse } from "node:http";
import { AccessService } from "../access/access.service";
import { Viewer } from "../access/viewer";
import { isObject, readJson } from "../connect/reading/payload";
import { TRACKING_BODY_MAX, TrackingService, trackingPath } from "../connect/tracking/tracking.service";
import { DomainError, ErrorCode } from "../errors";
import { Services } from "../graphql/services";
import { answerError, TransportCode } from "./http-answer";
import { KeyLimits } from "./key-limits";
import { decodeBody, readRawBody, UnusableBody } from "./raw-body";

const BASIC = /^Basic +([A-Za-z0-9+/_-]{1,800}={0,2})$/i;

/** What a refusal says to clients of the spec, which give up on 400 and try again on 429 and from 500 on. */
const STATUS: Partial<Record<ErrorCode, [number, TransportCode]>> = {
  FORBIDDEN: [403, "FORBIDDEN"],
  BAD_USER_INPUT: [400, "BAD_REQUEST"],
  LIMIT_EXCEEDED: [400, "LIMIT_EXCEEDED"],
};

/**
 * The tracking spec over HTTP: `/v1/{identify,track,page,screen,group,alias,batch,import}`. The write key is the secret of
 * an API key: the user of Basic authentication, or `writeKey` in the body, as clients for browsers send it.
 */
export class TrackingEndpoint {
  private readonly access: AccessService;
  private readonly tracking: TrackingService;

  constructor(
    services: Services,
    private readonly limits: KeyLimits,
  ) {
    this.access = services.get(AccessService);
    this.tracking = services.get(TrackingService);
  }

  async answer(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    allowPages(response);
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    const path = trackingPath(pathname.slice("/v1/".length));
    if (path === null) return answerError(response, 404, "NOT_FOUND", "There is no such call; see /v1/batch.");
    if (request.method !== "POST") {
      return answerError(response, 405, "BAD_REQUEST", "Calls are sent by POST.", { allow: "POST, OPTIONS" });
    }
    const receivedAt = new Date().toISOString();
    const { authorization } = request.headers;
    try {
      // Whoever says who they are beforehand is refused before anything of the body is read.
      const early = authorization === undefined ? null : await this.admit(writeKeyOf(authorization), response);
      if (authorization !== undefined && early === null) return;
      const raw = await readRawBody(request, TRACKING_BODY_MAX);
      const packed = await decodeBody(raw, request.headers["content-encoding"], TRACKING_BODY_MAX);
      const { value: body } = readJson(packed);
      const viewer = early ?? (await this.admit(isObject(body) ? body.writeKey : null, response));
      if (viewer === null) return;
      // The body may have come slowly, and the key may have been taken back meanwhile.
      if (!(await this.access.stillOpens(viewer))) return refuse(response);
      await this.tracking.take(viewer, path, body, packed.length, receivedAt);
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end('{"success":true}');
    } catch (error) {
      answerRefusal(response, error);
    }
  }

  /** Who holds the key; or null, and the refusal is answered. */
  private async admit(secret: unknown, response: ServerResponse): Promise<Viewer | null> {
    const viewer = typeof secret === "string" && secret !== "" ? await this.access.authenticate(secret) : null;
    if (viewer === null) {
      refuse(response);
      return null;
    }
    const wait = await this.limits.countRequest(viewer.keyId);
    if (wait === null) return viewer;
    const headers = { "retry-after": String(wait), connection: "close" };
    answerError(response, 429, "LIMIT_EXCEEDED", "This key sends too many requests.", headers);
    return null;
  }
}

function refuse(response: ServerResponse): void {
  const message = "Send a valid key as the user of Basic authentication, without a password.";
  answerError(response, 401, "UNAUTHENTICATED", message, { connection: "close" });
}

function answerRefusal(response: ServerResponse, error: unknown): void {
  if (error instanceof UnusableBody) {
    const code = error.status === 413 ? "LIMIT_EXCEEDED" : "BAD_REQUEST";
    // The spec answers what is too large with 400, which its clients do not send again.
    const status = error.status === 413 ? 400 : error.status;
    answerError(response, status, code, error.message, { connection: "close" });
    return;
  }
  const known = error instanceof DomainError ? STATUS[error.code] : undefined;
  if (known === undefined) throw error;
  answerError(response, known[0], known[1], (error as DomainError).message);
}

/** `writeKey:` in base64; what is no such thing is nobody's key. */
function writeKeyOf(authorization: string): string {
  const encoded = BASIC.exec(authorization.trim())?.[1];
  if (encoded === undefined) return "";
  const [user = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return user;
}

/** Any page may send: the key is no cookie that a browser adds by itself, and the answer tells nothing. */
function allowPages(response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-methods", "POST");
  response.setHeader("access-control-allow-headers", "authorization, content-type, content-encoding, anonymousid");
  response.setHeader("access-control-expose-headers", "x-request-id, retry-after");
  response.setHeader("access-control-max-age", "600");
}
