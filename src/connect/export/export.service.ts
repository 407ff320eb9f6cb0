import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { DomainError } from "../../errors";
import { FeedService } from "../../feed/feed.service";
import { RulesService } from "../../identity/rules/rules.service";
import { exportPage } from "./export-page";
import { beginningOf, decodePlace, ExportPlace, encodePlace } from "./export-place";
import { EXPORT_SECTIONS, ExportSection } from "./export-section";

/** Exports at the same time on one server: each keeps a connection to the database for as long as it lasts. */
const EXPORTS_AT_ONCE = 2;

export interface ExportRequest {
  readonly sections: readonly ExportSection[];
  /** The place at which an earlier export was cut off, and that export's cursor; null for a new one. */
  readonly resume: { readonly place: string; readonly cursor: string } | null;
}

/** Takes a piece of the export. Resolves when there is room for the next one; rejects to end the export. */
export type ExportSink = (text: string) => Promise<void>;

/**
 * Everything there is of a tenant, as lines of JSON:
 *
 *     start (cursor) -> { profile | record | identifier | interaction ... place } ... -> end (counts)
 *
 * Promises: an export in one piece is one state of the data, that of its cursor: it is read in one snapshot. An export that
 * was cut off goes on behind its last `place` in a snapshot of that moment, with the cursor of its first piece. Whoever
 * then follows the changes after the cursor has everything: what changed between the pieces is among them, and to be told
 * of it twice does no harm. No more is read ahead than the reader takes.
 * Trusts that the reader follows the changes after the cursor when the export came in several pieces.
 */
export class ExportService {
  private running = 0;

  constructor(
    private readonly database: Database,
    private readonly feed: FeedService,
    private readonly rules: RulesService,
  ) {}

  /** @throws DomainError LIMIT_EXCEEDED; BAD_CURSOR, CURSOR_EXPIRED for an export that cannot be resumed */
  async run(tenantId: string, request: ExportRequest, sink: ExportSink): Promise<void> {
    if (this.running >= EXPORTS_AT_ONCE) {
      throw new DomainError(
        "LIMIT_EXCEEDED",
        `This server makes ${EXPORTS_AT_ONCE} exports at a time. Try again later.`,
      );
    }
    this.running += 1;
    try {
      const rules = await this.rules.rulesOf(tenantId);
      await this.database.snapshot(tenantId, (tx) => this.write(tx, request, rules.sourcePriority, sink));
    } finally {
      this.running -= 1;
    }
  }

  private async write(
    tx: Transaction,
    { sections, resume }: ExportRequest,
    sourcePriority: readonly string[],
    sink: ExportSink,
  ): Promise<void> {
    const start = resume === null ? null : decodePlace(resume.place);
    if (resume !== null) await this.feed.pointOf(tx, resume.cursor);
    const cursor = resume?.cursor ?? (await this.feed.newestCursor(tx));
    await sink(`${JSON.stringify({ type: "start", cursor, sections })}\n`);
    const counts = Object.fromEntries(sections.map((section) => [section, 0]));
    for (const section of EXPORT_SECTIONS) {
      if (!sections.includes(section) || isBefore(section, start)) continue;
      let place: ExportPlace | null = start?.section === section ? start : beginningOf(section);
      while (place !== null) {
        const { lines, next } = await exportPage(tx, place, sourcePriority);
        counts[section]! += lines.length;
        place = next;
        const reached = next ?? followingOf(section, sections);
        const mark = reached === null ? "" : `${JSON.stringify({ type: "place", place: encodePlace(reached) })}\n`;
        await sink(`${lines.map((text) => `${text}\n`).join("")}${mark}`);
      }
    }
    await sink(`${JSON.stringify({ type: "end", cursor, counts })}\n`);
  }
}

function isBefore(section: ExportSection, start: ExportPlace | null): boolean {
  return start !== null && EXPORT_SECTIONS.indexOf(section) < EXPORT_SECTIONS.indexOf(start.section);
}

/** The beginning of the section that comes next; null behind the last. */
function followingOf(section: ExportSection, sections: readonly ExportSection[]): ExportPlace | null {
  const next = EXPORT_SECTIONS.slice(EXPORT_SECTIONS.indexOf(section) + 1).find((one) => sections.includes(one));
  return next === undefined ? null : beginningOf(next);
}
