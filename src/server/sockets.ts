import { randomUUID } from "node:crypto";
import { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { setTimeout as elapsed } from "node:timers/promises";
import { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLFormattedError } from "graphql";
import { CloseCode, Context, handleProtocols, makeServer, Server, SubscribePayload } from "graphql-ws";
import { WebSocket, WebSocketServer } from "ws";
import { AccessService } from "../access/access.service";
import { Viewer } from "../access/viewer";
import { DomainError } from "../errors";
import { RequestContext } from "../graphql/request-context";
import { Services } from "../graphql/services";
import { Log } from "../log";
import { secretOf } from "./credentials";
import { Delivery } from "./delivery";
import { Documents } from "./documents";
import { Executor } from "./execute";
import { KeyLimits } from "./key-limits";
import { Metrics } from "./metrics";
import { Operation } from "./operation";
import { Origins } from "./origins";
import { SocketLine, TRY_AGAIN_LATER } from "./socket-line";

/** The largest message a client may send, in bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Operations open on one socket at once. */
export const MAX_OPERATIONS = 100;

const PING_EVERY_MS = 20_000;

const NO_LONGER = "The credentials open nothing any more";

const GOING_AWAY = 1001;

export interface SocketsOptions {
  readonly executor: Executor;
  readonly services: Services;
  readonly limits: KeyLimits;
  readonly origins: Origins;
  readonly metrics: Metrics;
  readonly log: Log;
  /** How long a socket may stay without saying who it is, in milliseconds. */
  readonly initTimeoutMs: number;
}

interface Extra {
  readonly line: SocketLine;
  /** What is to be let go of when the socket closes. */
  readonly releases: (() => void)[];
}

type Connection = Context<Record<string, unknown> | undefined, Extra>;

/** An operation that may run, and where its answers go. */
interface Prepared extends ExecutionArgs {
  readonly line: SocketLine;
  readonly id: string;
}

/**
 * GraphQL over WebSocket (graphql-transport-ws).
 *
 * Promises: the schema, rules, limits and errors of HTTP; a socket ends when its key does; a slow reader holds up its own
 * subscriptions only (see Delivery), and asks for nothing more while a megabyte waits for it.
 * Trusts: each subscription's stream to bound what it keeps for a slow reader.
 * On failure: a bug closes the one socket it struck, with 4500; draining closes all with 1001, so that clients come back.
 */
export class Sockets {
  private readonly server: WebSocketServer;
  private readonly documents: Documents;
  private readonly access: AccessService;
  private readonly running = new Set<Promise<unknown>>();
  private readonly lines = new Set<SocketLine>();
  private readonly pings: NodeJS.Timeout;
  private readonly protocol: Server<Extra>;

  constructor(private readonly options: SocketsOptions) {
    this.documents = new Documents(options.executor.schema);
    this.access = options.services.get(AccessService);
    this.protocol = makeServer<Record<string, unknown> | undefined, Extra>({
      connectionInitWaitTimeout: options.initTimeoutMs,
      onConnect: (connection) => this.admit(connection),
      onSubscribe: (connection, id, payload) => this.prepare(connection, id, payload),
      onOperation: () => options.metrics.operations.inc(),
      onComplete: () => options.metrics.operations.dec(),
      onError: (_connection, _id, _payload, errors) => this.format(errors),
      execute: (prepared) => this.track(options.executor.execute(operationOf(prepared))),
      subscribe: (prepared) => this.begin(prepared as Prepared),
    });
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: (protocols) => handleProtocols(protocols),
    });
    this.pings = setInterval(() => this.pingAll(), PING_EVERY_MS);
    this.pings.unref();
  }

  /** Takes over a connection that asks to become a WebSocket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (request.url?.split("?")[0] !== "/graphql") refuseUpgrade(stream, "404 Not Found");
    else if (!this.options.origins.allows(request)) refuseUpgrade(stream, "403 Forbidden");
    else this.server.handleUpgrade(request, stream, head, (socket) => this.open(socket, stream));
  }

  /** Answers the queries and mutations that are running, within the time given, and closes every socket. */
  async drain(milliseconds: number): Promise<void> {
    clearInterval(this.pings);
    await Promise.race([Promise.allSettled(this.running), elapsed(milliseconds, undefined, { ref: false })]);
    const closed = [...this.lines].map(({ socket }) => new Promise((resolve) => socket.once("close", resolve)));
    for (const line of this.lines) line.close(GOING_AWAY, "Going away");
    await Promise.all(closed);
    this.server.close();
  }

  private open(socket: WebSocket, stream: Duplex): void {
    const line = new SocketLine(socket, stream);
    const extra: Extra = { line, releases: [] };
    this.options.metrics.sockets.inc();
    this.lines.add(line);
    // What ws reports here (a message too large, broken frames) it has answered with a close code itself.
    socket.on("error", () => undefined);
    const closed = this.protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => line.send(data),
        close: (code, reason) => line.close(code ?? GOING_AWAY, reason ?? ""),
        onMessage: (listener) => socket.on("message", (data) => this.guard(line, listener(String(data)))),
      },
      extra,
    );
    socket.once("close", (code, reason) => {
      this.options.metrics.sockets.dec();
      this.lines.delete(line);
      line.gone();
      letGo(extra);
      this.guard(line, closed(code, String(reason)));
    });
  }

  /** Nothing is answered on a socket before it has said who it is. */
  private async admit(connection: Connection): Promise<boolean> {
    const { extra, connectionParams } = connection;
    const viewer = await this.viewerOf(connectionParams);
    if (viewer === null) return refuse(extra.line, CloseCode.Unauthorized, "Unauthorized");
    const release = this.options.limits.countSocket(viewer.keyId);
    if (release === null) return refuse(extra.line, TRY_AGAIN_LATER, "This key has too many sockets open");
    const ended = () => extra.line.close(CloseCode.Unauthorized, NO_LONGER);
    extra.releases.push(release, this.access.holdOpen(viewer, ended));
    // It may have gone while its key was looked up; then nobody else would let go of what is held for it.
    if (extra.line.socket.readyState !== WebSocket.OPEN) letGo(extra);
    return true;
  }

  private async viewerOf(params: Connection["connectionParams"]): Promise<Viewer | null> {
    const secret = secretOf(params?.authorization ?? params?.Authorization);
    return secret === null ? null : this.access.authenticate(secret);
  }

  private async prepare(
    connection: Connection,
    id: string,
    payload: SubscribePayload,
  ): Promise<Prepared | readonly GraphQLError[]> {
    const requestId = randomUUID();
    // The socket is closed a moment after its credentials end; until then they open nothing new either.
    const viewer = await this.viewerOf(connection.connectionParams);
    if (viewer === null) {
      connection.extra.line.close(CloseCode.Unauthorized, NO_LONGER);
      return refusal(new DomainError("UNAUTHENTICATED", NO_LONGER));
    }
    if (Object.keys(connection.subscriptions).length > MAX_OPERATIONS) {
      const message = `At most ${MAX_OPERATIONS} operations may be open on one socket.`;
      return refusal(new DomainError("LIMIT_EXCEEDED", message));
    }
    if ((await this.options.limits.countRequest(viewer.keyId)) !== null) {
      return refusal(new DomainError("LIMIT_EXCEEDED", "This key sends too many requests."));
    }
    const document = this.documents.read(payload.query, payload.operationName);
    if (!("kind" in document)) return document;
    return {
      schema: this.options.executor.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue: new RequestContext(viewer, requestId, this.options.services),
      line: connection.extra.line,
      id,
    };
  }

  private async begin(prepared: Prepared): Promise<Delivery | ExecutionResult> {
    const stream = await this.options.executor.subscribe(operationOf(prepared));
    return "source" in stream ? new Delivery(stream, prepared.line, prepared.id) : stream;
  }

  private format(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    return this.options.executor.format(errors, randomUUID()).map((error) => error.toJSON());
  }

  /** Keeps count of what is running, so that draining can wait for it. */
  private track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    const done = () => this.running.delete(work);
    work.then(done, done);
    return work;
  }

  /** A bug in answering one socket ends that socket alone. */
  private guard(line: SocketLine, work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.options.log.error({ err: error }, "a socket failed");
      line.close(CloseCode.InternalServerError, "Internal server error");
    });
  }

  private pingAll(): void {
    for (const line of this.lines) line.ping();
  }
}

function operationOf(prepared: ExecutionArgs): Operation {
  const { document, operationName, variableValues, contextValue } = prepared;
  return { document, operationName, variables: variableValues, context: contextValue as RequestContext };
}

function refusal(error: DomainError): GraphQLError[] {
  return [new GraphQLError(error.message, { originalError: error })];
}

function refuse(line: SocketLine, code: number, reason: string): false {
  line.close(code, reason);
  return false;
}

function letGo(extra: Extra): void {
  for (const release of extra.releases.splice(0)) release();
}

function refuseUpgrade(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
