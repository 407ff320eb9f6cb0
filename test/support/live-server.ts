import { Logger, pino } from "pino";
import { Viewer } from "../../src/access/viewer";
import { Database } from "../../src/db/database";
import { FeedReaders, FeedService } from "../../src/feed/feed.service";
import { FeedSignal } from "../../src/feed/feed-signal";
import { FeedTail, FeedTailOptions } from "../../src/feed/feed-tail";
import { RulesService } from "../../src/identity/rules/rules.service";
import { IngestService } from "../../src/ingest/ingest.service";
import { Change } from "../../src/live/change.type";
import { LiveService } from "../../src/live/live.service";
import { Watch } from "../../src/live/watch";
import { openTestDatabase, TestDatabase } from "./database";
import { email, event, record } from "./events";
import { makeViewer } from "./tenant";

let persons = 0;

export interface LiveServerOptions extends FeedTailOptions {
  readonly log?: Logger;
  /** Who is told; everyone, unless it is named. */
  readonly readers?: FeedReaders;
}

/** What one server holds of the live side and of ingest. */
export class LiveServer {
  readonly live: LiveService;
  readonly ingest: IngestService;
  private readonly tail: FeedTail;

  constructor(
    readonly db: TestDatabase,
    readonly viewer: Viewer,
    readonly database: Database = db.database,
    { log = pino({ level: "silent" }), readers, bus, ...tail }: LiveServerOptions = {},
  ) {
    const signal = new FeedSignal(bus ?? database, log);
    this.tail = new FeedTail(database, signal, log, { bus, ...tail });
    this.live = new LiveService(database, new FeedService(readers), this.tail, log);
    this.ingest = new IngestService(database, new RulesService(database), signal);
    this.tail.start();
  }

  static async open(): Promise<LiveServer> {
    const db = await openTestDatabase();
    return new LiveServer(db, await makeViewer(db.database));
  }

  watch(id: string, after: string | null = null): Promise<Watch> {
    return this.live.watchProfile(this.viewer.tenantId, id, after);
  }

  watchAll(after: string | null = null): Promise<Watch> {
    return this.live.watchTenant(this.viewer.tenantId, after);
  }

  now(): Promise<string> {
    return this.live.newestCursor(this.viewer.tenantId);
  }

  async newestPosition(): Promise<number> {
    const [row] = await this.db.ownerQuery<{ position: string }>("select position from feeds where tenant_id = $1", [
      this.viewer.tenantId,
    ]);
    return Number(row!.position);
  }

  /** One more event of a customer of the web; of a new one unless a key is given. */
  async happens(key = `person ${++persons}`) {
    const [result] = await this.ingest.ingest(this.viewer, [event({ source: "web", subject: { key } })]);
    return { key, profileId: result!.profileId!, interactionId: result!.interactionId! };
  }

  /** Several at once, of one customer. */
  async happensOften(key: string, times: number): Promise<void> {
    const events = Array.from({ length: times }, () => event({ source: "web", subject: { key } }));
    await this.ingest.ingest(this.viewer, events);
  }

  /** A customer of the CRM with exactly these addresses. Answers with the record's id. */
  async knows(key: string, addresses: readonly string[]): Promise<string> {
    const identifiers = addresses.map((address) => email(address));
    const [result] = await this.ingest.upsertRecords(this.viewer, [
      record({ source: "crm", key, identifiers, complete: true }),
    ]);
    return result!.recordId!;
  }

  /** One more event of a customer of the CRM. */
  async servesInCrm(key: string): Promise<void> {
    await this.ingest.ingest(this.viewer, [event({ source: "crm", subject: { key } })]);
  }

  /** Stops the live side; the database stays. */
  async stop(): Promise<void> {
    this.live.close();
    await this.tail.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.db.close();
  }
}

export async function take(stream: Watch, count: number): Promise<Change[]> {
  const taken: Change[] = [];
  while (taken.length < count) {
    const { done, value } = await stream.next();
    if (done === true) throw new Error(`the stream ended after ${taken.length} of ${count} changes`);
    taken.push(value);
  }
  return taken;
}

/** What is told up to a position that may become known later; told of something behind it, it ends. */
export async function takeUntil(stream: Watch, end: () => number): Promise<Change[]> {
  const taken: Change[] = [];
  for await (const change of stream) {
    if (change.position > end()) break;
    taken.push(change);
  }
  return taken;
}

export const positionsOf = (changes: readonly Change[]): number[] => changes.map(({ position }) => position);
export const kindsOf = (changes: readonly Change[]): string[] => changes.map((change) => change.constructor.name);

/** The code that something is refused with. */
export function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => "not refused",
    (error: { code?: string }) => error.code,
  );
}
