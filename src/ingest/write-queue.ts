import { ResolutionRules } from "../identity/resolve/resolution-rules";
import { StaleRules } from "../identity/rules/rules.service";
import { PreparedEvent, PreparedRecord } from "./prepared";
import { BatchOutcome, EventOutcome, RecordOutcome } from "./write-batch";

/** What one request wants written. */
export interface WriteJob {
  readonly events: readonly PreparedEvent[];
  readonly records: readonly PreparedRecord[];
  /** The rules by which they were normalized. */
  readonly rules: ResolutionRules;
}

export interface JobOutcome {
  readonly events: readonly EventOutcome[];
  readonly records: readonly RecordOutcome[];
}

/** A tenant's commits queue for its counter anyway: more transactions at once would only wait for each other. */
const TRANSACTIONS_A_TENANT = 2;
/** How many events and records may share a transaction. */
const ITEMS_A_TRANSACTION = 1_000;

interface Waiting {
  readonly job: WriteJob;
  readonly done: (outcome: JobOutcome) => void;
  readonly failed: (error: unknown) => void;
}

interface Line {
  readonly waiting: Waiting[];
  running: number;
}

/**
 * Coalesces the concurrent small writes of a tenant into one transaction.
 *
 * A write that finds nothing under way starts at once; what arrives meanwhile goes together in the next transaction, so
 * nobody waits for company. Promises that each job is answered by itself, after its commit. When a shared transaction
 * fails, its jobs are tried one by one, so that a job that cannot be written takes no other with it. Only jobs that were
 * prepared by the same rules share one: where these were replaced, that is the answer for all of them.
 */
export class WriteQueue {
  private readonly lines = new Map<string, Line>();

  /** @param transactions how many of a tenant are under way at the same time */
  constructor(
    private readonly write: (tenantId: string, job: WriteJob) => Promise<BatchOutcome>,
    private readonly transactions = TRANSACTIONS_A_TENANT,
  ) {}

  submit(tenantId: string, job: WriteJob): Promise<JobOutcome> {
    return new Promise((done, failed) => {
      const line = this.lines.get(tenantId) ?? { waiting: [], running: 0 };
      this.lines.set(tenantId, line);
      line.waiting.push({ job, done, failed });
      this.start(tenantId, line);
    });
  }

  private start(tenantId: string, line: Line): void {
    if (line.running >= this.transactions) return;
    const group = takeGroup(line.waiting);
    if (group.length === 0) {
      if (line.running === 0) this.lines.delete(tenantId);
      return;
    }
    line.running += 1;
    void this.run(tenantId, group).finally(() => {
      line.running -= 1;
      this.start(tenantId, line);
    });
  }

  private async run(tenantId: string, group: readonly Waiting[]): Promise<void> {
    try {
      const outcome = await this.write(tenantId, joined(group));
      const events = [...outcome.events];
      const records = [...outcome.records];
      for (const { job, done } of group) {
        done({ events: events.splice(0, job.events.length), records: records.splice(0, job.records.length) });
      }
    } catch (error) {
      if (error instanceof StaleRules || group.length === 1) for (const { failed } of group) failed(error);
      else for (const one of group) await this.run(tenantId, [one]);
    }
  }
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let items = 0;
  let taken = 0;
  for (const { job } of waiting) {
    items += job.events.length + job.records.length;
    if (taken > 0 && (items > ITEMS_A_TRANSACTION || job.rules.version !== waiting[0]!.job.rules.version)) break;
    taken += 1;
  }
  return waiting.splice(0, taken);
}

function joined(group: readonly Waiting[]): WriteJob {
  if (group.length === 1) return group[0]!.job;
  const { rules } = group[0]!.job;
  return { events: group.flatMap(({ job }) => job.events), records: group.flatMap(({ job }) => job.records), rules };
}
