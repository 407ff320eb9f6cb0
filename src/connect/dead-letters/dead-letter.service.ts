import { SecretBox } from "../../access/secret-box";
import { listTenants } from "../../access/tenant.repository";
import { isUuid, newUuid } from "../../access/uuid";
import { Instant } from "../../db/column-types";
import { Database } from "../../db/database";
import { DomainError } from "../../errors";
import { payloadHash } from "../../ingest/payload-hash";
import { Log } from "../../log";
import { ConnectionService } from "../connections/connection.service";
import { Delivery, Item } from "../pipeline/adapter";
import { findAdapter } from "../pipeline/adapters";
import { ItemIntake, Origin, Untaken } from "../pipeline/item-intake";
import { readDelivery, writeDelivery } from "../pipeline/kept-delivery";
import { keptItem } from "../pipeline/kept-item";
import { readItems } from "../reading/read-items";
import { readCall } from "../tracking/call";
import { TRACKING } from "../tracking/sources";
import {
  DeadLetterRow,
  findDeadLetter,
  findKeptDelivery,
  insertDeadLetters,
  keepDelivery,
  listDeadLetters,
  NewDeadLetter,
  noteStillRefused,
  removeDeadLetter,
  removeOldDeadLetters,
  trimDeadLetters,
} from "./dead-letter.repository";

const RETENTION_DAYS = 30;
const RETENTION_MS = RETENTION_DAYS * 86_400_000;
const SWEEP_EVERY_MS = 3_600_000;
/** Of one source; the oldest go first. */
const KEPT_OF_A_SOURCE = 10_000;
/** A source is trimmed each time so many have come. */
const TRIM_EVERY = 100;
/** Of one delivery; of more the last one tells how many there were. */
const KEPT_OF_A_DELIVERY = 1_000;
const TENANTS_AT_A_TIME = 100;

/** What became of a dead letter that was tried again. */
export interface ReplayOutcome {
  /** It was taken, and is no dead letter any more. */
  readonly taken: boolean;
  /** Why it was not. */
  readonly reason: string | null;
}

/**
 * What was sent and could not be taken, with the reason, until somebody looks at it.
 *
 * Promises: it is kept before its delivery is acknowledged; the same thing sent again is one dead letter, with its count;
 * tried again, it goes the way it would have gone at first, as a claim where it was one. Its delivery, which is read anew
 * by the adapter of now, is stored sealed.
 * What it holds is personal data that hangs on no record, so that an erasure does not find it: nothing stays longer than
 * 30 days after it was last seen, and of one source no more than the newest 10,000.
 */
export class DeadLetterService {
  private readonly timer: NodeJS.Timeout;
  private readonly sinceTrim = new Map<string, number>();
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly connections: ConnectionService,
    private readonly intake: ItemIntake,
    private readonly log: Log,
  ) {
    this.timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
    this.timer.unref();
  }

  async keep(
    origin: Origin,
    system: string,
    untaken: readonly Untaken[],
    delivery: Delivery | null,
    at: Instant,
  ): Promise<void> {
    if (untaken.length === 0) return;
    const { tenantId, source, trusted } = origin;
    const rereadable = delivery !== null && untaken.some(({ kind }) => kind !== "REFUSED");
    const written = rereadable && this.box.isUsable ? writeDelivery(delivery) : null;
    const deliveryId = written === null ? null : newUuid();
    const letters = withinBounds(untaken).map((one): NewDeadLetter => {
      const { text, whole } = keptItem(one.payload);
      const { kind, code, reason } = one;
      // Of what is not whole the reason may be all that tells one from another.
      const digest = payloadHash({ source, trusted, kind, code, text, reason: whole ? undefined : reason });
      const kept = kind === "REFUSED" ? null : deliveryId;
      return {
        id: newUuid(),
        source,
        system,
        kind,
        code,
        reason,
        trusted,
        item: text,
        whole,
        digest,
        deliveryId: kept,
      };
    });
    const isDue = this.countTowardsTrim(`${tenantId} ${source}`, letters.length);
    await this.database.write(tenantId, async (tx) => {
      const needed = await insertDeadLetters(tx, letters, at);
      if (written !== null && needed.has(deliveryId)) {
        await keepDelivery(tx, deliveryId!, this.box.seal(written, contextOf(tenantId, deliveryId!)), at);
      }
      if (isDue) await trimDeadLetters(tx, daysBefore(at), source, KEPT_OF_A_SOURCE);
    });
  }

  /** Newest first. */
  list(tenantId: string, source: string | null, after: string | null, limit: number): Promise<DeadLetterRow[]> {
    return this.database.read(tenantId, (tx) => listDeadLetters(tx, source, after, limit));
  }

  /** Tries it again. @throws DomainError NOT_FOUND */
  async replay(tenantId: string, id: string): Promise<ReplayOutcome> {
    const letter = await this.find(tenantId, id);
    const { source, system, trusted } = letter;
    const items = await this.itemsOf(tenantId, letter);
    if (typeof items === "string") return { taken: false, reason: items };
    const timesVary = system === TRACKING || findAdapter(system)?.timesVary === true;
    const origin = { tenantId, source, trusted, timesVary, hasRemovals: system !== TRACKING };
    const { untaken } = await this.intake.take(origin, items);
    const isThis = (one: Untaken) => letter.kind === "REFUSED" || keptItem(one.payload).text === letter.item;
    const still = untaken.find(isThis);
    const now = new Date().toISOString();
    const others = untaken.filter((one) => !isThis(one));
    await this.keep(origin, system, others, null, now);
    await this.database.write(tenantId, async (tx) => {
      if (still === undefined) await removeDeadLetter(tx, letter.id);
      else await noteStillRefused(tx, letter.id, still.reason, now);
    });
    return { taken: still === undefined, reason: still?.reason ?? null };
  }

  /** Takes it away for good. @throws DomainError NOT_FOUND */
  async dismiss(tenantId: string, id: string): Promise<void> {
    const letter = await this.find(tenantId, id);
    await this.database.write(tenantId, (tx) => removeDeadLetter(tx, letter.id));
  }

  /** Removes what is past its time, of every tenant. */
  sweep(): Promise<void> {
    this.sweeping = this.sweeping
      .then(() => this.removeOld())
      .catch((error: unknown) => {
        this.log.warn({ err: error }, "dead letters past their time were not removed; the next round will");
      });
    return this.sweeping;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async find(tenantId: string, id: string): Promise<DeadLetterRow> {
    const letter = isUuid(id) ? await this.database.read(tenantId, (tx) => findDeadLetter(tx, id)) : null;
    if (letter === null) throw new DomainError("NOT_FOUND", "There is no such dead letter.");
    return letter;
  }

  /** What the letter says, read by the code of now; or why it cannot be. */
  private async itemsOf(tenantId: string, letter: DeadLetterRow): Promise<readonly Item[] | string> {
    const { kind, system, source, item, whole, deliveryId, receivedAt } = letter;
    const cut = "It was too large to be kept whole: have its source send it again.";
    if (kind === "REFUSED") return whole ? [JSON.parse(item) as Item] : cut;
    if (system === TRACKING) {
      if (!whole) return cut;
      return [readCall(JSON.parse(item), { type: null, sentAt: null, receivedAt, source, isHistoric: false })];
    }
    const sealed =
      deliveryId === null ? null : await this.database.read(tenantId, (tx) => findKeptDelivery(tx, deliveryId));
    if (sealed === null) return cut;
    const opened = await this.connections.open(tenantId, source, new Date().toISOString());
    if (opened === null) return "Its source is not connected any more.";
    const delivery = readDelivery(this.box.open(sealed, contextOf(tenantId, deliveryId!)));
    return readItems(opened, delivery, this.log);
  }

  private async removeOld(): Promise<void> {
    const before = daysBefore(new Date().toISOString());
    for (let after: string | null = null; ; ) {
      const tenants = await this.database.across((tx) => listTenants(tx, after, TENANTS_AT_A_TIME));
      for (const { id } of tenants) await this.database.write(id, (tx) => removeOldDeadLetters(tx, before));
      after = tenants.at(-1)?.id ?? null;
      if (tenants.length < TENANTS_AT_A_TIME) return;
    }
  }

  private countTowardsTrim(name: string, letters: number): boolean {
    const count = (this.sinceTrim.get(name) ?? 0) + letters;
    this.sinceTrim.set(name, count >= TRIM_EVERY ? 0 : count);
    return count >= TRIM_EVERY;
  }
}

function withinBounds(untaken: readonly Untaken[]): readonly Untaken[] {
  if (untaken.length <= KEPT_OF_A_DELIVERY) return untaken;
  const left = untaken.length - KEPT_OF_A_DELIVERY + 1;
  const reason = `${left} more of this delivery could not be taken either, and were not kept one by one.`;
  return [
    ...untaken.slice(0, KEPT_OF_A_DELIVERY - 1),
    { kind: "UNREADABLE", code: "TOO_MANY", reason, payload: { left } },
  ];
}

function daysBefore(at: Instant): Instant {
  return new Date(Date.parse(at) - RETENTION_MS).toISOString();
}

function contextOf(tenantId: string, deliveryId: string): string {
  return `delivery ${tenantId} ${deliveryId}`;
}
