import { createServer, Server } from "node:http";
import { AddressInfo } from "node:net";
import { AccessService } from "../access/access.service";
import { Config } from "../config";
import { Database } from "../db/database";
import { Services } from "../graphql/services";
import { Log } from "../log";
import { startApollo } from "./apollo";
import { ConnectEndpoint } from "./connect-endpoint";
import { Executor } from "./execute";
import { ExportEndpoint } from "./export-endpoint";
import { GraphqlEndpoint } from "./graphql-endpoint";
import { KeyLimits } from "./key-limits";
import { Metrics } from "./metrics";
import { Origins } from "./origins";
import { Routes } from "./routes";
import { assembleSchema } from "./schema";
import { Sockets } from "./sockets";
import { TrackingEndpoint } from "./tracking-endpoint";

/** How long a request may take to arrive in full, in milliseconds. */
const ARRIVAL_MS = 60_000;

/** How long a socket may stay without saying who it is, in milliseconds. */
const SOCKET_INIT_MS = 3_000;

export interface ServerOptions {
  readonly config: Pick<Config, "host" | "port" | "rateLimit" | "corsOrigins" | "drainSeconds" | "publicUrl">;
  readonly log: Log;
  readonly database: Database;
  /** AccessService and whatever the resolvers ask for. */
  readonly services: Services;
}

export interface RunningServer {
  /** Where to reach it, such as http://127.0.0.1:4000, without a path. */
  readonly url: string;
  readonly port: number;
  /** Stops taking requests, answers those that are open, closes sockets with 1001, and resolves when nothing is open. */
  close(): Promise<void>;
}

/**
 * The server: HTTP and WebSocket on one port.
 *
 * Promises: what it acknowledges is done; who asks is known before a document is looked at; nothing internal leaves.
 * Trusts: the services it is given, and the caller to close the database only after `close` has resolved.
 * On failure to listen the promise is rejected and nothing is left open.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log, database, services } = options;
  let draining = false;
  const metrics = new Metrics();
  const origins = new Origins(config.corsOrigins);
  const limits = new KeyLimits(config.rateLimit);
  const schema = assembleSchema();
  const executor = new Executor(schema, log, services.get(AccessService));
  const apollo = await startApollo(executor, log);
  const graphql = new GraphqlEndpoint(apollo, services, limits);
  const connect = new ConnectEndpoint(services, config.publicUrl);
  const tracking = new TrackingEndpoint(services, limits);
  const exports = new ExportEndpoint(services, limits);
  const routes = new Routes({
    graphql,
    connect,
    tracking,
    exports,
    database,
    metrics,
    origins,
    log,
    isDraining: () => draining,
  });
  const sockets = new Sockets({ executor, services, limits, origins, metrics, log, initTimeoutMs: SOCKET_INIT_MS });
  const server = createServer({ requestTimeout: ARRIVAL_MS }, (request, response) => {
    response.on("close", () => {
      if (draining) setImmediate(() => server.closeIdleConnections());
    });
    void routes.answer(request, response);
  });
  server.on("upgrade", (request, stream, head) => sockets.upgrade(request, stream, head));
  try {
    await listen(server, config.host, config.port);
  } catch (error) {
    await Promise.all([sockets.drain(0), apollo.stop()]);
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${urlHost(config.host)}:${port}`,
    port,
    close: once(async () => {
      draining = true;
      await Promise.all([sockets.drain(config.drainSeconds * 1000), closeServer(server, config.drainSeconds * 1000)]);
      await apollo.stop();
      metrics.registry.clear();
    }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Connections that wait for a next request close at once; those in the middle of one have until the time is over. */
function closeServer(server: Server, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** An address that means "all of mine" is reached by the loopback. */
function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
