import { setTimeout as pause } from "node:timers/promises";
import { ask } from "./onefold-process";
import { ResumingWatcher, Told } from "./resuming-watcher";
import { untilItWorks } from "./until-it-works";

const INGEST = "mutation ($events: [EventInput!]!) { ingest(events: $events) { status profileId interactionId } }";
const NEWEST = "{ changes(first: 1000) { cursor hasMore } }";
const MERGE = `mutation ($ids: [ID!]!) { mergeProfiles(ids: $ids, reason: "one customer") { rulingId } }`;
const SPLIT = `mutation ($id: ID!) { splitProfile(id: $id, recordIds: [$id], reason: "another customer") { rulingId } }`;
const REVOKE = "mutation ($id: ID!) { revokeRuling(id: $id) { rulingId } }";

interface Newest {
  readonly changes: { readonly cursor: string; readonly hasMore: boolean };
}

/** A request without an answer for so long is sent again, in milliseconds. */
const PATIENCE_MS = 25_000;

export interface Customer {
  readonly key: string;
  readonly profileId: string;
}

export interface CrowdOptions {
  /** Where to write: the address of `/graphql` over HTTP; asked for again before each attempt. */
  readonly url: () => string;
  readonly key: string;
  readonly random: () => number;
  /** How long a request may take before it is sent again, in milliseconds. */
  readonly patienceMs?: number;
}

interface Attendance {
  readonly customer: Customer | null;
  readonly watcher: ResumingWatcher;
}

let messages = 0;
let crowds = 0;

/**
 * Customers to whom things happen, people who decide who they are, and those who watch them. Everyone tries again until it
 * works, and notes what was acknowledged and what was told.
 */
export class Crowd {
  readonly customers: Customer[] = [];
  /** The interactions whose writing was acknowledged. */
  readonly acknowledged: string[] = [];
  readonly attendances: Attendance[] = [];
  private readonly name = `crowd ${++crowds}`;
  private readonly rulings: string[] = [];
  private working: Promise<void>[] = [];
  private stopped = false;
  private start = "";

  private constructor(private readonly options: CrowdOptions) {}

  static async of(size: number, options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options);
    crowd.start = await crowd.newestCursor();
    for (let n = 0; n < size; n += 1) {
      const key = `${crowd.name}: customer ${n}`;
      const { profileId } = await crowd.write(key);
      crowd.customers.push({ key, profileId });
    }
    return crowd;
  }

  get watchers(): ResumingWatcher[] {
    return this.attendances.map(({ watcher }) => watcher);
  }

  /** One more event of the customer, sent until it is acknowledged. Answers with the interaction's id. */
  async happens({ key }: Customer): Promise<string> {
    return (await this.write(key)).interactionId;
  }

  /** From now on, so many at a time: things happen to random customers. */
  keepWriting(writers: number, everyMs = 0): void {
    const write = async (): Promise<void> => {
      while (!this.stopped) {
        await this.happens(this.anyone());
        if (everyMs > 0) await pause(everyMs * (0.5 + this.options.random()));
      }
    };
    this.working.push(...Array.from({ length: writers }, write));
  }

  /** From now on: someone decides that customers are the same or not, and takes it back. */
  keepRuling(everyMs: number): void {
    const rule = async (): Promise<void> => {
      while (!this.stopped) {
        await this.rule();
        await pause(everyMs * (0.5 + this.options.random()));
      }
    };
    this.working.push(rule());
  }

  /** One decision of a person, or one of them taken back. */
  async rule(): Promise<void> {
    const { random } = this.options;
    const [one, other] = [this.anyone(), this.anyone()];
    const place = Math.floor(random() * this.rulings.length);
    const [query, variables] =
      random() < 0.25 && this.rulings.length > 0
        ? [REVOKE, { id: this.rulings.splice(place, 1)[0]! }]
        : random() < 0.5
          ? [SPLIT, { id: one.profileId }]
          : [MERGE, { ids: [one.profileId, other.profileId] }];
    // One that was done before its answer was lost is refused when it is asked for again, which is an answer as well.
    const answer = await untilItWorks(() => this.ask<Record<string, { rulingId: string | null }>>(query, variables));
    for (const { rulingId } of Object.values(answer)) if (rulingId !== null) this.rulings.push(rulingId);
  }

  /** So many more watchers, of the customers in turn, or of everything. They begin before the first customer. */
  watch(count: number, url: () => string, patienceMs?: number, everything = false): void {
    for (let n = 0; n < count; n += 1) {
      const customer = everything ? null : this.customers[n % this.customers.length]!;
      this.attendances.push({ customer, watcher: this.watcher(customer, url, patienceMs) });
    }
  }

  /** Ends all that is under way, and answers with the last interaction of each customer, which ends their story. */
  async stop(): Promise<Map<Customer, string>> {
    this.stopped = true;
    await Promise.all(this.working);
    const last = new Map<Customer, string>();
    for (const customer of this.customers) last.set(customer, await this.happens(customer));
    return last;
  }

  /**
   * What each watcher was told up to the end of its customer's story, beside what someone is told now who begins where it
   * began.
   */
  async stories(last: ReadonlyMap<Customer, string>, url: () => string): Promise<[told: Told[], now: Told[]][]> {
    const now = new Map<Customer | null, Told[]>();
    const end = [...last.values()].at(-1)!;
    const endOf = (customer: Customer | null): string => (customer === null ? end : last.get(customer)!);
    for (const customer of new Set(this.attendances.map((attendance) => attendance.customer))) {
      const reader = this.watcher(customer, url);
      now.set(customer, await storyOf(reader, endOf(customer)));
      await reader.close();
    }
    return Promise.all(
      this.attendances.map(async ({ customer, watcher }): Promise<[Told[], Told[]]> => {
        return [await storyOf(watcher, endOf(customer)), now.get(customer)!];
      }),
    );
  }

  async close(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.watchers.map((watcher) => watcher.close()));
  }

  private watcher(customer: Customer | null, url: () => string, patienceMs?: number): ResumingWatcher {
    const profileId = customer === null ? null : customer.profileId;
    const socketUrl = () => url().replace(/^http/, "ws");
    return new ResumingWatcher({ url: socketUrl, key: this.options.key, profileId, after: this.start, patienceMs });
  }

  private anyone(): Customer {
    return this.customers[Math.floor(this.options.random() * this.customers.length)]!;
  }

  private async write(key: string): Promise<{ profileId: string; interactionId: string }> {
    messages += 1;
    const message = { messageId: `${this.name}: ${messages}`, source: "web", channel: "WEB", text: "hello" };
    const events = [{ ...message, occurredAt: "2026-01-01T09:00:00Z", subject: { key } }];
    const { ingest } = await untilItWorks(() =>
      this.ask<{ ingest: { profileId: string; interactionId: string }[] }>(INGEST, { events }),
    );
    this.acknowledged.push(ingest[0]!.interactionId);
    return ingest[0]!;
  }

  private async newestCursor(): Promise<string> {
    let after: string | null = null;
    for (;;) {
      const query: string = NEWEST.replace("first", after === null ? "first" : `after: "${after}", first`);
      const { changes }: Newest = await this.ask<Newest>(query, {});
      if (!changes.hasMore) return changes.cursor;
      after = changes.cursor;
    }
  }

  private ask<Data>(query: string, variables: object): Promise<Data> {
    const { url, key, patienceMs = PATIENCE_MS } = this.options;
    return ask<Data>(url(), key, query, variables, patienceMs);
  }
}

/** What a watcher was told up to the interaction. */
async function storyOf(watcher: ResumingWatcher, last: string): Promise<Told[]> {
  await watcher.until(({ interactionIds }) => interactionIds.at(-1) === last || interactionIds.includes(last));
  return watcher.told.slice(0, watcher.told.findIndex(({ interaction }) => interaction?.id === last) + 1);
}
