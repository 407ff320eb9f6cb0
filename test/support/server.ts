import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { openApp } from "../../src/app";
import { Config, readConfig } from "../../src/config";
import { Database } from "../../src/db/database";
import { openTestDatabase, TestDatabase } from "./database";
import { Subscriber, subscriber } from "./subscriber";

export interface Answer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null | undefined;
  readonly errors?: readonly { message: string; path?: unknown; extensions: { code: string; details?: unknown } }[];
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  readonly wsUrl: string;
  /** The OPERATOR key of the tenant `default`. */
  readonly adminKey: string;
  /** A connection of the test's own to the server's database. */
  readonly database: Database;
  readonly testDatabase: TestDatabase;
  /** What the server logged so far, one line of JSON each. */
  readonly logged: string[];
  /** Sends an operation; with the OPERATOR key unless another (or null: none) is given. */
  graphql<Data = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    key?: string | null,
  ): Promise<Answer<Data>>;
  /** As `graphql`, but fails when the answer carries errors. */
  data<Data = Record<string, unknown>>(query: string, variables?: Record<string, unknown>, key?: string): Promise<Data>;
  /** Makes a key of the role, in a tenant of its own when `tenant` is given. */
  makeKey(role: string, adminKey?: string): Promise<{ id: string; secret: string }>;
  /** Makes a tenant and answers with its ADMIN key. */
  makeTenant(name?: string): Promise<string>;
  /** Opens a subscription on a socket of its own; messages are collected. */
  subscribe<Data = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    key?: string,
  ): Subscriber<Data>;
  /** Stops the server; the database stays until `close`. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The whole server, composed as it is in production, on a database of its own and a free port of the loopback.
 *
 * @param through what stands between the server and the database, when something does
 */
export async function startTestServer(
  config: Partial<Config> = {},
  through: (databaseUrl: string) => Promise<string> = async (url) => url,
): Promise<TestServer> {
  const testDatabase = await openTestDatabase();
  const databaseUrl = await through(testDatabase.url);
  const adminKey = `operator-${randomBytes(12).toString("hex")}`;
  const logged: string[] = [];
  const log = pino({ level: "info" }, { write: (line) => void logged.push(line) });
  const settings = { ...readConfig({ HOST: "127.0.0.1", PORT: "0", ONEFOLD_POOL_SIZE: "6" }), ...config };
  const app = await openApp({ config: settings, databaseUrl, adminKey, log });
  const subscribers: Subscriber<unknown>[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= app.close();
    return stopped;
  };
  const { port } = app;
  const url = `http://127.0.0.1:${port}`;
  const wsUrl = `ws://127.0.0.1:${port}/graphql`;

  const graphql: TestServer["graphql"] = async (query, variables, key = adminKey) => {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (key !== null) headers.authorization = `Bearer ${key}`;
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const body = await response.text();
    return { status: response.status, headers: response.headers, body, ...JSON.parse(body) };
  };

  const data: TestServer["data"] = async <Data>(query: string, variables?: Record<string, unknown>, key?: string) => {
    const answer = await graphql<Data>(query, variables, key);
    if (answer.errors !== undefined || answer.data === null || answer.data === undefined) throw new Error(answer.body);
    return answer.data;
  };

  return {
    url,
    wsUrl,
    adminKey,
    database: testDatabase.database,
    testDatabase,
    logged,
    graphql,
    data,
    async makeKey(role, key) {
      const query = "mutation ($name: String!, $role: Role!) { createApiKey(name: $name, role: $role) { id secret } }";
      const made = await data<{ createApiKey: { id: string; secret: string } }>(query, { name: role, role }, key);
      return made.createApiKey;
    },
    async makeTenant(name = `tenant ${randomBytes(4).toString("hex")}`) {
      const query = "mutation ($name: String!) { createTenant(name: $name) { secret } }";
      return (await data<{ createTenant: { secret: string } }>(query, { name })).createTenant.secret;
    },
    subscribe<Data>(query: string, variables?: Record<string, unknown>, key = adminKey) {
      const opened = subscriber<Data>(wsUrl, key, query, variables);
      subscribers.push(opened as Subscriber<unknown>);
      return opened;
    },
    stop,
    async close() {
      await Promise.all(subscribers.map((opened) => opened.close()));
      await stop();
      await testDatabase.close();
    },
  };
}
