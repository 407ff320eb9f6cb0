import { readFile } from "node:fs/promises";
import { ServerResponse } from "node:http";
import { extname, join, resolve } from "node:path";
import { answerText } from "./http-answer";

/** Where `npm run build:graphiql` puts the bundle. */
const FOLDER = resolve(__dirname, "../../dist/graphiql");

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".ttf": "font/ttf",
  ".svg": "image/svg+xml",
};

/** The page loads from this server alone; monaco sets styles on elements, and its workers come from here too. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const FILE = /^\/graphiql\/([\w-]+(?:\.[\w-]+)*\.(?:js|css|ttf|svg))$/;

/** Answers GET /graphiql and the files of its bundle. Only names of the bundle's own form are looked for. */
export async function answerGraphiql(pathname: string, response: ServerResponse): Promise<void> {
  const file = pathname === "/graphiql" || pathname === "/graphiql/" ? "index.html" : FILE.exec(pathname)?.[1];
  const content = file === undefined ? null : await readBundled(file);
  if (file === undefined || (content === null && file !== "index.html")) {
    answerText(response, 404, "There is nothing here.\n");
  } else if (content === null) {
    answerText(
      response,
      503,
      "GraphiQL has not been built yet. Run `npm run build:graphiql` and load this page again.\n",
    );
  } else {
    response.writeHead(200, {
      "content-type": CONTENT_TYPES[extname(file)]!,
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    });
    response.end(content);
  }
}

async function readBundled(file: string): Promise<Buffer | null> {
  try {
    return await readFile(join(FOLDER, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
