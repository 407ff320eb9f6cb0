import { NodeProcess, startNode } from "./node-process";

/** The server as it runs in production, in a process of its own, without the limits that are counted per key. */
export function startOnefold(databaseUrl: string, adminKey: string, measured: boolean): Promise<NodeProcess> {
  return startNode({
    program: ["bin/onefold.js", "serve"],
    measured,
    environment: {
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
      ONEFOLD_ADMIN_KEY: adminKey,
      ONEFOLD_RATE_LIMIT: "off",
      ONEFOLD_LOG_LEVEL: "warn",
      HOST: "127.0.0.1",
      PORT: "0",
    },
  });
}

/** A server to compare with: bare `node:http` and `pg`, as many connections as Onefold holds. */
export function startFloor(program: string, databaseUrl: string): Promise<NodeProcess> {
  return startNode({
    program: [`bench/${program}`],
    environment: { NODE_ENV: "production", DATABASE_URL: databaseUrl },
  });
}
