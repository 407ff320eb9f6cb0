import { IncomingMessage, ServerResponse } from "node:http";
import { ApolloServer, HeaderMap } from "@apollo/server";
import { AccessService } from "../access/access.service";
import { Viewer } from "../access/viewer";
import { RequestContext } from "../graphql/request-context";
import { Services } from "../graphql/services";
import { secretOf } from "./credentials";
import { answerError } from "./http-answer";
import { KeyLimits } from "./key-limits";
import { UnusableBody } from "./raw-body";
import { readJsonBody } from "./request-body";

/** The headers that decide how GraphQL answers; nothing else of a request reaches Apollo. */
const PASSED_HEADERS = ["content-type", "accept", "x-apollo-operation-name", "apollo-require-preflight"] as const;

/**
 * Stands for the credentials, which stay here: a browser sends a Bearer header only for a page that was allowed to after
 * asking first, so that a request which carries one cannot be forged by another page.
 */
export const CREDENTIALS_GIVEN = "authorization";

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** GraphQL over HTTP: who asks is settled before the document is looked at, and the body is read only after that. */
export class GraphqlEndpoint {
  private readonly access: AccessService;

  constructor(
    private readonly apollo: ApolloServer<RequestContext>,
    private readonly services: Services,
    private readonly limits: KeyLimits,
  ) {
    this.access = services.get(AccessService);
  }

  async answer(request: IncomingMessage, response: ServerResponse, search: string, requestId: string): Promise<void> {
    const viewer = await this.authenticate(request, response);
    if (viewer === null) return;
    const wait = await this.limits.countRequest(viewer.keyId);
    if (wait !== null) {
      const message = "This key sends too many requests.";
      answerError(response, 429, "LIMIT_EXCEEDED", message, { "retry-after": String(wait) });
      return;
    }
    const body = await this.readBody(request, response);
    if (body === REFUSED) return;
    // It may have come slowly, and the credentials may have been taken back meanwhile.
    if (!(await this.access.stillOpens(viewer))) return refuse(response);
    const {
      status,
      headers,
      body: answer,
    } = await this.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? "GET", headers: passedHeaders(request), search, body },
      context: async () => new RequestContext(viewer, requestId, this.services),
    });
    if (answer.kind !== "complete") throw new Error("answers in parts are not made here");
    response.writeHead(statusFor(status, headers, answer.string), Object.fromEntries(headers)).end(answer.string);
  }

  private async authenticate(request: IncomingMessage, response: ServerResponse): Promise<Viewer | null> {
    const secret = secretOf(request.headers.authorization);
    const viewer = secret === null ? null : await this.access.authenticate(secret);
    if (viewer === null) refuse(response);
    return viewer;
  }

  private async readBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (request.method !== "POST" || !JSON_TYPE.test(request.headers["content-type"] ?? "")) return undefined;
    try {
      return await readJsonBody(request);
    } catch (error) {
      if (!(error instanceof UnusableBody)) throw error;
      const code = error.status === 413 ? "LIMIT_EXCEEDED" : "BAD_REQUEST";
      answerError(response, error.status, code, error.message, { connection: "close" });
      return REFUSED;
    }
  }
}

function refuse(response: ServerResponse): void {
  const message = "Send a valid key as `Authorization: Bearer <key>`.";
  answerError(response, 401, "UNAUTHENTICATED", message, { "www-authenticate": 'Bearer realm="onefold"' });
}

const REFUSED = Symbol("the body was refused and the answer is given");

function passedHeaders(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap([[CREDENTIALS_GIVEN, "Bearer"]]);
  for (const name of PASSED_HEADERS) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  return headers;
}

/**
 * GraphQL over HTTP asks for 200 wherever plain JSON carries what GraphQL itself has to say, a refusal too; other statuses
 * are for requests that were none (and for `application/graphql-response+json`, where Apollo's status stands).
 */
function statusFor(status: number | undefined, headers: HeaderMap, body: string): number {
  const plain = headers.get("content-type")?.startsWith("application/json");
  if (status !== 400 || !plain) return status ?? 200;
  const { errors } = JSON.parse(body) as { errors?: readonly { extensions?: { code?: unknown } }[] };
  return errors?.every((error) => error.extensions?.code !== "BAD_REQUEST") ? 200 : 400;
}
