import { createServer } from "node:http";
import { AddressInfo } from "node:net";
import { Pool } from "pg";

/** As many connections as Onefold holds when nothing is configured. */
const POOL_SIZE = 16;

export type Answer = (pool: Pool, body: string) => Promise<string>;

/** The least that a server of JSON over HTTP can be with `node:http` and `pg`: what Onefold is measured against. */
export function serveFloor(answer: Answer): void {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: POOL_SIZE });
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      answer(pool, body).then(
        (json) => {
          const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
          response.writeHead(200, headers).end(json);
        },
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
  });
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
  process.once("SIGTERM", () => process.exit(0));
}
