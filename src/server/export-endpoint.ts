import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import { AccessService } from "../access/access.service";
import { mayDo } from "../access/permissions";
import { Viewer } from "../access/viewer";
import { ExportRequest, ExportService } from "../connect/export/export.service";
import { EXPORT_SECTIONS, isExportSection } from "../connect/export/export-section";
import { DomainError } from "../errors";
import { Services } from "../graphql/services";
import { secretOf } from "./credentials";
import { answerError, TransportCode } from "./http-answer";
import { KeyLimits } from "./key-limits";

/** How long, in milliseconds, a reader may take nothing before the export ends: it keeps a snapshot of the database open. */
const TAKEN_WITHIN_MS = 60_000;

const STATUSES: Readonly<Record<string, number>> = { LIMIT_EXCEEDED: 429, CURSOR_EXPIRED: 410 };

/**
 * GET /export: everything there is of the tenant as lines of JSON, see ExportService. `sections` names some of them,
 * `after` and `cursor` go on where an earlier export was cut off. gzip is used where it is accepted. It is cut off within a
 * second once its credentials open nothing any more.
 */
export class ExportEndpoint {
  private readonly access: AccessService;
  private readonly exports: ExportService;

  constructor(
    services: Services,
    private readonly limits: KeyLimits,
  ) {
    this.access = services.get(AccessService);
    this.exports = services.get(ExportService);
  }

  async answer(request: IncomingMessage, response: ServerResponse, search: string): Promise<void> {
    const viewer = await this.authorize(request, response);
    if (viewer === null) return;
    const asked = readRequest(new URLSearchParams(search));
    if (typeof asked === "string") return answerError(response, 400, "BAD_REQUEST", asked);
    const body = new Body(request, response);
    // What was sent cannot be taken back; of the rest nothing more goes to one who may not come in any more.
    const release = this.access.holdOpen(viewer, () => response.destroy());
    try {
      await this.exports.run(viewer.tenantId, asked, (text) => body.write(text));
      await body.end();
    } catch (error) {
      if (body.isGone) return;
      // What was begun cannot be taken back: the connection is cut, so that half an export is never taken for a whole one.
      if (response.headersSent || !(error instanceof DomainError)) throw error;
      const retry = error.code === "LIMIT_EXCEEDED" ? { "retry-after": "10" } : undefined;
      answerError(response, STATUSES[error.code] ?? 400, error.code as TransportCode, error.message, retry);
    } finally {
      release();
    }
  }

  private async authorize(request: IncomingMessage, response: ServerResponse): Promise<Viewer | null> {
    const secret = secretOf(request.headers.authorization);
    const viewer = secret === null ? null : await this.access.authenticate(secret);
    if (viewer === null) {
      const message = "Send a valid key as `Authorization: Bearer <key>`.";
      answerError(response, 401, "UNAUTHENTICATED", message, { "www-authenticate": 'Bearer realm="onefold"' });
      return null;
    }
    if (!mayDo(viewer.role, "EXPORT")) {
      answerError(response, 403, "FORBIDDEN", `A key with the role ${viewer.role} may not do this.`);
      return null;
    }
    const wait = await this.limits.countRequest(viewer.keyId);
    if (wait === null) return viewer;
    const message = "This key sends too many requests.";
    answerError(response, 429, "LIMIT_EXCEEDED", message, { "retry-after": String(wait) });
    return null;
  }
}

/** @returns the request, or what is wrong with it */
function readRequest(query: URLSearchParams): ExportRequest | string {
  const named = query.get("sections")?.split(",") ?? EXPORT_SECTIONS;
  const sections = EXPORT_SECTIONS.filter((section) => named.includes(section));
  if (sections.length === 0 || !named.every(isExportSection)) return `sections are ${EXPORT_SECTIONS.join(", ")}.`;
  const [place, cursor] = [query.get("after"), query.get("cursor")];
  if ((place === null) !== (cursor === null)) return "after and cursor belong together.";
  return { sections, resume: place === null || cursor === null ? null : { place, cursor } };
}

/** The answer as it is written: its head with the first piece, and each piece once the reader has room for it. */
class Body {
  private out: Writable | undefined;
  private readonly gone = new AbortController();

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    response.on("close", () => {
      if (!response.writableFinished) this.gone.abort();
    });
  }

  get isGone(): boolean {
    return this.gone.signal.aborted;
  }

  async write(text: string): Promise<void> {
    this.gone.signal.throwIfAborted();
    this.out ??= this.begin();
    if (this.out.write(text)) return;
    const impatience = setTimeout(() => this.response.destroy(), TAKEN_WITHIN_MS);
    await once(this.out, "drain", { signal: this.gone.signal }).finally(() => clearTimeout(impatience));
  }

  async end(): Promise<void> {
    this.out?.end();
    if (!this.response.writableFinished) await once(this.response, "finish", { signal: this.gone.signal });
  }

  private begin(): Writable {
    const zips = /\bgzip\b/i.test(String(this.request.headers["accept-encoding"] ?? ""));
    this.response.writeHead(200, {
      "content-type": "application/x-ndjson; charset=utf-8",
      "cache-control": "no-store",
      ...(zips ? { "content-encoding": "gzip" } : {}),
    });
    if (!zips) return this.response;
    const gzip = createGzip({ level: 1 });
    gzip.pipe(this.response);
    return gzip;
  }
}
