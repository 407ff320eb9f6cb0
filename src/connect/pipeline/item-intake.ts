import { datedUuid } from "../../access/uuid";
import { Instant } from "../../db/column-types";
import { Database } from "../../db/database";
import { DomainError } from "../../errors";
import { RulingService } from "../../identity/rulings/ruling.service";
import { readRecordStates } from "../../identity/write/record.repository";
import { recordHandle } from "../../identity/write/sighting";
import { EventInput } from "../../ingest/event-input.type";
import { IngestService, Submitter } from "../../ingest/ingest.service";
import { RecordInput } from "../../ingest/record-input.type";
import { findInstantProblem } from "../../ingest/text-rules";
import { WriteStatus } from "../../ingest/write-result.type";
import { RemovalService } from "../../profile/removal.service";
import { Item } from "./adapter";
import { findRemovals, noteRemoval } from "./removal-memory.repository";

/** Events and records that share a transaction. */
const TOGETHER = 500;

/** Why an item was not taken: of an unknown type, not to be understood, or not to be stored. */
export type DeadLetterKind = "UNKNOWN" | "UNREADABLE" | "REFUSED";

/** On whose behalf items are taken. */
export interface Origin {
  readonly tenantId: string;
  readonly source: string;
  /** Who decided what is decided, as the history names them; the source itself, when left out. */
  readonly actor?: string;
  /** False for what a PUBLIC key sent. */
  readonly trusted: boolean;
  /** Times were worked out on arrival, and differ when the same is sent again. */
  readonly timesVary: boolean;
  /** Whether any source of the tenant removed a person before: else there is no old news to look for. */
  readonly hasRemovals: boolean;
}

/** An item that could not be taken, and why. */
export interface Untaken {
  readonly kind: DeadLetterKind;
  readonly code: string;
  readonly reason: string;
  /** The item itself, of REFUSED; else what it stands in. */
  readonly payload: unknown;
}

export interface IntakeOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly untaken: readonly Untaken[];
}

type Fact = Extract<Item, { kind: "EVENT" | "RECORD" }>;
type Removed = Extract<Item, { kind: "RECORD_REMOVED" }>;
type Merged = Extract<Item, { kind: "RECORDS_MERGED" }>;

/**
 * Takes what a delivery says, in its order, by the services that everything else goes through.
 *
 * Promises: each item is judged by itself; taking the same again changes nothing. What a source said of a person before it
 * removed them is old news however late it comes. What it merged is a ruling of its own, made once, that a person may take
 * back for good.
 * On failure of the database the whole fails, and is to be sent again as it is.
 */
export class ItemIntake {
  constructor(
    private readonly database: Database,
    private readonly ingest: IngestService,
    private readonly rulings: RulingService,
    private readonly removals: RemovalService,
  ) {}

  async take(sender: Origin, items: readonly Item[]): Promise<IntakeOutcome> {
    const tally = { accepted: 0, duplicates: 0, untaken: [] as Untaken[] };
    let origin = sender;
    let facts: Fact[] = [];
    const takeFacts = async (origin: Origin): Promise<void> => {
      for (let from = 0; from < facts.length; from += TOGETHER) {
        await this.takeFacts(origin, facts.slice(from, from + TOGETHER), tally);
      }
      facts = [];
    };
    for (const item of items) {
      if (item.kind === "UNKNOWN") {
        const reason = "What it is about is not known here yet.";
        tally.untaken.push({ kind: "UNKNOWN", code: clip(item.type), reason, payload: item.payload });
      } else if (item.kind === "UNREADABLE") {
        const { reason, payload } = item;
        tally.untaken.push({ kind: "UNREADABLE", code: "UNREADABLE", reason: clip(reason, 1_000), payload });
      } else if (momentProblem(item) !== null) {
        tally.untaken.push(refused(item, "INVALID_TIME", momentProblem(item)!));
      } else if (item.kind === "EVENT" || item.kind === "RECORD") {
        facts.push(item);
      } else {
        await takeFacts(origin);
        await this.takeDecision(origin, item, tally);
        origin = { ...origin, hasRemovals: origin.hasRemovals || item.kind === "RECORD_REMOVED" };
      }
    }
    await takeFacts(origin);
    return tally;
  }

  private async takeFacts(origin: Origin, facts: readonly Fact[], tally: Tally): Promise<void> {
    const { source, timesVary } = origin;
    const current = origin.hasRemovals ? await this.withoutOldNews(origin, facts, tally) : facts;
    const taken = current.map((fact): Fact => {
      return fact.kind === "EVENT"
        ? { kind: "EVENT", event: { ...fact.event, source } }
        : { kind: "RECORD", record: { ...fact.record, source } };
    });
    const events = taken.filter((fact) => fact.kind === "EVENT");
    const records = taken.filter((fact) => fact.kind === "RECORD");
    if (taken.length === 0) return;
    const results = await this.ingest.take(submitterOf(origin), {
      events: events.map((fact): EventInput => fact.event),
      records: records.map((fact): RecordInput => fact.record),
      timesVary,
    });
    count(tally, events, results.events);
    count(tally, records, results.records);
  }

  private async withoutOldNews(origin: Origin, facts: readonly Fact[], tally: Tally): Promise<readonly Fact[]> {
    const named = await Promise.all(
      facts.map(async (fact) => {
        const key = fact.kind === "EVENT" ? fact.event.subject.key : fact.record.key;
        const at = fact.kind === "EVENT" ? fact.event.occurredAt : fact.record.observedAt;
        return { fact, at: at ?? null, name: key && at ? await this.removalId(origin, key) : null };
      }),
    );
    const names = [...new Set(named.flatMap(({ name }) => name ?? []))];
    if (names.length === 0) return facts;
    const removedAt = await this.database.read(origin.tenantId, (tx) => findRemovals(tx, names));
    return named.flatMap(({ fact, at, name }) => {
      const removed = name === null ? undefined : removedAt.get(name);
      if (removed === undefined || at === null || at > removed) return [fact];
      tally.duplicates += 1;
      return [];
    });
  }

  private async takeDecision(origin: Origin, item: Removed | Merged, tally: Tally): Promise<void> {
    if (!origin.trusted) {
      tally.untaken.push(refused(item, "FORBIDDEN", "A PUBLIC key decides nothing about others."));
      return;
    }
    try {
      const did = item.kind === "RECORD_REMOVED" ? await this.remove(origin, item) : await this.merge(origin, item);
      if (typeof did === "string") tally.untaken.push(refused(item, "REFUSED", did));
      else if (did) tally.accepted += 1;
      else tally.duplicates += 1;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      tally.untaken.push(refused(item, error.code, error.message));
    }
  }

  private async remove(origin: Origin, { key, at }: Removed): Promise<boolean> {
    const { tenantId, source, actor = source } = origin;
    const removalId = await this.removalId(origin, key);
    // First remembered, then done: should it stop in between, it is sent again, and done then.
    await this.database.write(tenantId, (tx) => noteRemoval(tx, removalId, at));
    const name = { source, key, claimed: false };
    const states = await this.database.read(tenantId, (tx) => readRecordStates(tx, [name]));
    const record = states.get(recordHandle(name));
    if (record === undefined) return false;
    const decision = { tenantId, actor, reason: `Deleted in ${source} at ${at}.` };
    return !("refused" in (await this.removals.removeRecord(decision, record.recordId)));
  }

  private async merge(origin: Origin, { survivorKey, mergedKeys, at }: Merged): Promise<boolean | string> {
    const { tenantId, source } = origin;
    const keys = [...new Set([survivorKey, ...mergedKeys])];
    if (keys.length < 2) return "It names one person alone: there is nothing to merge.";
    // What the system merged before it ever told of it is a fact as well: both ids are kept.
    const made = await this.ingest.take(submitterOf(origin), {
      events: [],
      records: keys.map((key) => ({ source, key, identifiers: [], complete: false })),
    });
    const unusable = made.records.find((record) => record.recordId === null);
    if (unusable) return unusable.message ?? "One of its keys cannot be used.";
    const digest = await this.ingest.digest(tenantId, "merge", source, survivorKey, ...keys.slice(1).sort());
    const reason = clip(`Merged in ${source} at ${at}: ${keys.slice(1).join(", ")} into ${survivorKey}.`, 2_000);
    const recordIds = [...new Set(made.records.map((record) => record.recordId!))];
    const joined = await this.rulings.join({ tenantId, actor: source, reason }, datedUuid(at, digest), recordIds);
    return joined.status === "REFUSED" ? joined.reason : joined.status === "JOINED";
  }

  private removalId({ tenantId, source }: Origin, key: string): Promise<string> {
    return this.ingest.digest(tenantId, "removed", source, key);
  }
}

interface Tally {
  accepted: number;
  duplicates: number;
  readonly untaken: Untaken[];
}

interface Result {
  readonly status: WriteStatus;
  readonly code: string | null;
  readonly message: string | null;
}

function count(tally: Tally, facts: readonly Fact[], results: readonly Result[]): void {
  for (const [place, { status, code, message }] of results.entries()) {
    if (status === WriteStatus.ACCEPTED) tally.accepted += 1;
    else if (status === WriteStatus.DUPLICATE) tally.duplicates += 1;
    else tally.untaken.push(refused(facts[place]!, code ?? "REFUSED", message ?? "It was refused."));
  }
}

function refused(payload: Item, code: string, reason: string): Untaken {
  return { kind: "REFUSED", code, reason, payload };
}

function momentProblem(item: Exclude<Item, { kind: "UNKNOWN" | "UNREADABLE" }>): string | null {
  const at: Instant | null | undefined =
    item.kind === "EVENT" ? item.event.occurredAt : item.kind === "RECORD" ? item.record.observedAt : item.at;
  const problem = at === null || at === undefined ? null : findInstantProblem(at);
  return problem && `Its time ${problem}.`;
}

function clip(text: string, most = 200): string {
  return text.replace(/[\0\p{Surrogate}]/gu, "\ufffd").slice(0, most);
}

function submitterOf({ tenantId, trusted }: Origin): Submitter {
  return { tenantId, role: trusted ? "INTEGRATION" : "PUBLIC" };
}
