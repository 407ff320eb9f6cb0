import { LRUCache } from "lru-cache";
import { Viewer } from "../access/viewer";
import { Database } from "../db/database";
import { DomainError } from "../errors";
import { FeedSignal } from "../feed/feed-signal";
import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { RulesService } from "../identity/rules/rules.service";
import { findHashKey } from "./delivery.repository";
import { EventInput } from "./event-input.type";
import { keyedId } from "./payload-hash";
import { prepareEvent, prepareRecord, Sender } from "./prepare";
import { isRejection, PreparedEvent, PreparedRecord, Rejection } from "./prepared";
import { previewBatch, RecordForecast } from "./preview-batch";
import { RecordInput } from "./record-input.type";
import { RecordEffect, RecordPreview, RecordsPreview } from "./records-preview.type";
import { BatchOutcome, EventOutcome, RecordOutcome, writeBatch } from "./write-batch";
import { JobOutcome, WriteJob, WriteQueue } from "./write-queue";
import { IngestResult, RecordResult, WriteStatus } from "./write-result.type";

/** The most events or records of one request. */
export const ITEMS_MAX = 1_000;
/** A preview writes nothing, and is the truer the more it sees at once. */
export const PREVIEWED_MAX = 5_000;
const HASH_KEYS_KEPT = 10_000;

export interface Intake {
  readonly events: readonly EventInput[];
  readonly records: readonly RecordInput[];
  /** The times were worked out on arrival and differ when the same is sent again: they do not tell payloads apart. */
  readonly timesVary?: boolean;
}

export interface IntakeResults {
  readonly events: IngestResult[];
  readonly records: RecordResult[];
}

/** Whose facts they are, and whether they are claims: those that a PUBLIC role sends. */
export type Submitter = Pick<Viewer, "tenantId" | "role">;

/**
 * Takes events and records in.
 *
 * Promises: each is judged by itself and answered in the order of the input; what is answered ACCEPTED is committed and
 * in the feed, exactly once however often it is sent; a refused one has changed nothing.
 * Trusts: the viewer's role alone to tell a claim from an assertion.
 * On failure: a whole request fails only for what is wrong with the server, and may then be sent again as it is.
 */
export class IngestService {
  private readonly queue = new WriteQueue((tenantId, job) => this.write(tenantId, job));
  /**
   * What PUBLIC keys send: a claim may have hundreds of records around it to be looked at, and must keep nobody waiting
   * whom the company itself sends. One transaction at a time, so that strangers take at most so much of the server.
   */
  private readonly claims = new WriteQueue((tenantId, job) => this.write(tenantId, job), 1);
  private readonly hashKeys = new LRUCache<string, Buffer>({ max: HASH_KEYS_KEPT });

  constructor(
    private readonly database: Database,
    private readonly rules: RulesService,
    private readonly signal: FeedSignal,
  ) {}

  async ingest(viewer: Submitter, events: readonly EventInput[]): Promise<IngestResult[]> {
    return (await this.take(viewer, { events, records: [] })).events;
  }

  async upsertRecords(viewer: Submitter, records: readonly RecordInput[]): Promise<RecordResult[]> {
    return (await this.take(viewer, { events: [], records })).records;
  }

  /** Events and records of one sender in one transaction. @throws DomainError BAD_USER_INPUT for too many of either */
  take(viewer: Submitter, { events, records, timesVary = false }: Intake): Promise<IntakeResults> {
    requireFew(events.length, "events");
    requireFew(records.length, "records");
    return this.byCurrentRules(viewer, async (anyone) => {
      const sender = { ...anyone, timesVary };
      const preparedEvents = events.map((input) => prepareEvent(input, sender));
      const preparedRecords = records.map((input) => prepareRecord(input, sender));
      const outcomes = await this.submit(viewer, {
        events: preparedEvents.filter((one): one is PreparedEvent => !isRejection(one)),
        records: preparedRecords.filter((one): one is PreparedRecord => !isRejection(one)),
        rules: sender.rules,
      });
      let nextEvent = 0;
      let nextRecord = 0;
      return {
        events: preparedEvents.map((one, place) => {
          const { messageId } = events[place]!;
          if (isRejection(one)) return rejectedEvent(messageId, one);
          return eventResult(messageId, outcomes.events[nextEvent++]!, sender.trusted);
        }),
        records: preparedRecords.map((one, place) => {
          const { source, key } = records[place]!;
          if (isRejection(one)) return rejectedRecord(source, key, one);
          return recordResult(source, key, outcomes.records[nextRecord++]!);
        }),
      };
    });
  }

  /** A name for the parts, as a uuid, that nobody can compute or try out without the tenant's own key. */
  async digest(tenantId: string, ...parts: string[]): Promise<string> {
    return keyedId(await this.hashKeyOf(tenantId), ...parts);
  }

  /** What `upsertRecords` would do with them now. Nothing of it stays. */
  previewRecords(viewer: Submitter, inputs: readonly RecordInput[]): Promise<RecordsPreview> {
    requireFew(inputs.length, "records", PREVIEWED_MAX);
    return this.byCurrentRules(viewer, async (sender) => {
      const prepared = inputs.map((input) => prepareRecord(input, sender));
      const records = prepared.filter((one): one is PreparedRecord => !isRejection(one));
      const met = new Set<string>();
      const forecast = await this.database.rehearse(viewer.tenantId, (tx) =>
        previewBatch(tx, records, sender.rules, met),
      );
      let next = 0;
      const told = prepared.map((one, place) => {
        const { source, key } = inputs[place]!;
        return isRejection(one) ? refusedPreview(source, key, one) : preview(source, key, forecast.records[next++]!);
      });
      return { ...forecast, records: told };
    });
  }

  private byCurrentRules<T>(viewer: Submitter, work: (sender: Sender) => Promise<T>): Promise<T> {
    return this.rules.byCurrent(viewer.tenantId, async (rules) => work(await this.senderOf(viewer, rules)));
  }

  private submit(viewer: Submitter, job: WriteJob): Promise<JobOutcome> {
    if (job.events.length + job.records.length === 0) return Promise.resolve({ events: [], records: [] });
    const queue = viewer.role === "PUBLIC" ? this.claims : this.queue;
    return queue.submit(viewer.tenantId, job);
  }

  private async write(tenantId: string, { events, records, rules }: WriteJob): Promise<BatchOutcome> {
    const now = new Date().toISOString();
    const met = new Set<string>();
    const outcome = await this.database.write(tenantId, (tx) => writeBatch(tx, events, records, rules, now, met));
    if (outcome.moved) this.signal.feedMoved(tenantId);
    return outcome;
  }

  private async senderOf(viewer: Submitter, rules: ResolutionRules): Promise<Sender> {
    const hashKey = await this.hashKeyOf(viewer.tenantId);
    const receivedAt = new Date().toISOString();
    return { trusted: viewer.role !== "PUBLIC", rules, hashKey, receivedAt, timesVary: false };
  }

  private async hashKeyOf(tenantId: string): Promise<Buffer> {
    const known = this.hashKeys.get(tenantId);
    if (known) return known;
    const key = await this.database.read(tenantId, findHashKey);
    if (!key) throw new Error("the tenant has no hash key");
    this.hashKeys.set(tenantId, key);
    return key;
  }
}

function requireFew(count: number, what: string, most = ITEMS_MAX): void {
  if (count > most) throw new DomainError("BAD_USER_INPUT", `Send at most ${most} ${what} in one request.`);
}

function rejectedEvent(messageId: string, { code, message }: Rejection): IngestResult {
  return { messageId, status: WriteStatus.REJECTED, code, message, interactionId: null, profileId: null };
}

const CONFLICT: Rejection = {
  code: "CONFLICT",
  message: "This messageId was used in this source for another payload. Send a new messageId for a new message.",
};

function eventResult(messageId: string, outcome: EventOutcome, trusted: boolean): IngestResult {
  if (outcome.status === "CONFLICT") return rejectedEvent(messageId, CONFLICT);
  const { interactionId, profileId } = trusted ? outcome : { interactionId: null, profileId: null };
  return { messageId, status: WriteStatus[outcome.status], code: null, message: null, interactionId, profileId };
}

function rejectedRecord(source: string, key: string, { code, message }: Rejection): RecordResult {
  return { source, key, status: WriteStatus.REJECTED, code, message, recordId: null, profileId: null };
}

function recordResult(source: string, key: string, { status, recordId, profileId }: RecordOutcome): RecordResult {
  return { source, key, status: WriteStatus[status], code: null, message: null, recordId, profileId };
}

function refusedPreview(source: string, key: string, { code, message }: Rejection): RecordPreview {
  const nothing = { profileId: null, joinsProfiles: [], joinsRecords: [] };
  return { source, key, effect: RecordEffect.REFUSED, code, message, ...nothing };
}

function preview(source: string, key: string, { effect, ...company }: RecordForecast): RecordPreview {
  return { source, key, effect: RecordEffect[effect], code: null, message: null, ...company };
}
