import { Webhook } from "standardwebhooks";
import { SecretBox } from "../../access/secret-box";
import { Instant } from "../../db/column-types";
import { Database } from "../../db/database";
import { Transaction } from "../../db/transaction";
import { Change } from "../../feed/change";
import { listChangesAt } from "../../feed/feed.repository";
import { FeedService } from "../../feed/feed.service";
import { Log } from "../../log";
import { advanceEndpoint } from "./advance-endpoint";
import { listInvolvedRecords } from "./involved-records.repository";
import { readyDeliveries } from "./ready-deliveries";
import { Attempt, settleAttempts } from "./settle-attempts";
import { listPending, pruneDeliveries } from "./webhook-delivery.repository";
import { Delivery, StoredEndpoint, secretPurpose } from "./webhook-endpoint";
import { findEndpoint } from "./webhook-endpoint.repository";
import { gapMessage, webhookMessage } from "./webhook-message";
import { beginRound, endRound, holdRound } from "./webhook-progress.repository";
import { ANSWERED_WITHIN_MS, WebhookSender } from "./webhook-sender";

/** How long, in milliseconds, an endpoint is kept by a server that says no more. An answer is waited for well within it. */
export const LEASE_MS = ANSWERED_WITHIN_MS + 5_000;
/** Deliveries that one endpoint has on their way at the most: beyond that its place in the feed stays where it is. */
export const WINDOW = 500;
/** It is filled up when there are fewer than these. */
const ROOM_BELOW = WINDOW / 2;
/** Messages sent to one endpoint at the same time; while it fails, one. */
const AT_ONCE = 16;
/** How long, in milliseconds, one endpoint is served before others have their turn. */
const TURN_MS = 5_000;
/** How long the log keeps what was delivered, and what was given up. */
const DELIVERED_KEPT_MS = 3 * 24 * 3_600_000;
const DEAD_KEPT_MS = 90 * 24 * 3_600_000;
const PRUNED_AT_ONCE = 1_000;

export interface RoundParts {
  readonly database: Database;
  readonly feed: FeedService;
  readonly secrets: SecretBox;
  readonly sender: WebhookSender;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A delivery with its message made, about to be sent. */
interface Parcel {
  readonly delivery: Delivery;
  readonly messageId: string;
  /** Null when the feed holds its change no more. */
  readonly body: string | null;
}

interface Plan {
  readonly endpoint: StoredEndpoint;
  readonly parcels: readonly Parcel[];
}

/**
 * One server's turn at one endpoint.
 *
 *   take the endpoint -> [ write down what came of the last messages -> go through the feed, as far as there is room
 *                          -> which may go out now, in order? -> send them at the same time ] again -> let it go
 *
 * Promises: what the feed holds for the endpoint is sent at least once, and what is said of one profile in order, also
 * across merges and splits (`readyDeliveries`). The endpoint's place in the feed moves in the transaction that writes down
 * what is to be sent: nothing lies in between that could be lost. Of two servers one has the endpoint; one that was too
 * slow to answer for it finds its number taken, and writes nothing. Once a tenant is suspended, what is under way is the
 * last that leaves.
 * Trusts: that its clock differs from those of other servers by less than the seconds that a lease has to spare.
 * On failure of the database: the turn ends, the lease runs out, and whatever was sent meanwhile is sent again.
 */
export class WebhookRound {
  constructor(private readonly parts: RoundParts) {}

  /** Serves the endpoint until nothing is left to do now or its turn is over. */
  async run(tenantId: string, endpointId: string, isStopping: () => boolean = () => false): Promise<void> {
    const { database } = this.parts;
    const begun = performance.now();
    const round = await database.write(tenantId, (tx) => beginRound(tx, endpointId, this.at(), this.at(LEASE_MS)));
    if (round === null) return;
    let attempts: readonly Attempt[] = [];
    for (;;) {
      const isLast = isStopping() || performance.now() - begun > TURN_MS;
      const plan = await database.write(tenantId, (tx) => this.step(tx, endpointId, round, attempts, isLast));
      if (plan === null) return;
      attempts = await Promise.all(plan.parcels.map((parcel) => this.send(tenantId, plan.endpoint, parcel)));
    }
  }

  /** One transaction. Answers with what to send next, or null when the turn is over. */
  private async step(
    tx: Transaction,
    endpointId: string,
    round: number,
    attempts: readonly Attempt[],
    isLast: boolean,
  ): Promise<Plan | null> {
    const now = this.parts.now();
    const held = await holdRound(tx, endpointId, round, this.at(LEASE_MS));
    if (held === null) return null;
    const after = await settleAttempts(tx, endpointId, held, attempts, now);
    if (after.isSuspended) {
      // Due at once, and looked at again once its tenant is.
      await endRound(tx, endpointId, round, { dueAt: this.at(), isFull: false });
      return null;
    }
    const endpoint = (await findEndpoint(tx, endpointId))!;
    let pending = after.active ? await listPending(tx, endpointId, WINDOW) : [];
    let hasMore = false;
    if (after.active && pending.length < ROOM_BELOW) {
      hasMore = await advanceEndpoint(tx, this.parts.feed, endpoint, WINDOW - pending.length, this.at());
      pending = await listPending(tx, endpointId, WINDOW);
    }
    const { ready, nextAt } = readyDeliveries(pending, this.at());
    const isHeld = after.holdUntil !== null && after.holdUntil > this.at();
    const sendable = isHeld ? [] : ready.slice(0, after.failures > 0 ? 1 : AT_ONCE);
    if (after.active && !isLast && (sendable.length > 0 || hasMore)) {
      return { endpoint, parcels: await this.pack(tx, sendable) };
    }
    const waiting = ready.length > 0 ? this.at() : nextAt;
    const dueAt = isHeld && waiting !== null && waiting < after.holdUntil! ? after.holdUntil : waiting;
    await this.prune(tx, endpointId, now);
    await endRound(tx, endpointId, round, { dueAt: after.active ? dueAt : null, isFull: pending.length >= ROOM_BELOW });
    return null;
  }

  private async pack(tx: Transaction, deliveries: readonly Delivery[]): Promise<Parcel[]> {
    if (deliveries.length === 0) return [];
    const told = deliveries.filter(({ kind }) => kind !== "FEED_GAP");
    const [found, cursorOf] = await Promise.all([
      listChangesAt(
        tx,
        told.map(({ position }) => position),
      ),
      this.parts.feed.cursorWriter(tx),
    ]);
    const records = await listInvolvedRecords(tx, found);
    const bodies = new Map(found.map((change, place) => [change.position, { change, records: records[place]! }]));
    return deliveries.map((delivery) => {
      const cursor = cursorOf(delivery);
      if (delivery.kind === "FEED_GAP")
        return { delivery, messageId: cursor, body: gapMessage(cursor, delivery.createdAt) };
      const held = bodies.get(delivery.position);
      const isHeld = held !== undefined && isSame(held.change, delivery);
      return { delivery, messageId: cursor, body: isHeld ? webhookMessage(held.change, cursor, held.records) : null };
    });
  }

  private async send(
    tenantId: string,
    endpoint: StoredEndpoint,
    { delivery, messageId, body }: Parcel,
  ): Promise<Attempt> {
    if (body === null) {
      const error = "The feed no longer holds this change.";
      return { delivery, outcome: { taken: false, status: null, error }, isFinal: true };
    }
    const sentAt = new Date(this.parts.now());
    const headers = {
      "content-type": "application/json",
      "user-agent": "Onefold",
      "webhook-id": messageId,
      "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
      "webhook-signature": this.sign(tenantId, endpoint, messageId, sentAt, body),
    };
    const outcome = await this.parts.sender.send(endpoint.url, headers, body);
    return { delivery, outcome, isFinal: false };
  }

  /** With both secrets while they are being rotated: the receiver may know either. */
  private sign(tenantId: string, endpoint: StoredEndpoint, messageId: string, at: Date, body: string): string {
    const { secret, previousSecret, previousUntil } = endpoint;
    const stillValid = previousUntil !== null && previousUntil > at.toISOString() ? previousSecret : null;
    return [secret, ...(stillValid === null ? [] : [stillValid])]
      .map((sealed) => this.parts.secrets.open(sealed, secretPurpose(tenantId, endpoint.id)))
      .map((plain) => new Webhook(plain).sign(messageId, at, body))
      .join(" ");
  }

  private async prune(tx: Transaction, endpointId: string, now: number): Promise<void> {
    const before = (age: number): Instant => new Date(now - age).toISOString();
    await Promise.all([
      pruneDeliveries(tx, endpointId, "DELIVERED", before(DELIVERED_KEPT_MS), PRUNED_AT_ONCE),
      pruneDeliveries(tx, endpointId, "DEAD", before(DEAD_KEPT_MS), PRUNED_AT_ONCE),
    ]);
  }

  private at(later = 0): Instant {
    return new Date(this.parts.now() + later).toISOString();
  }
}

function isSame(change: Change, { tag }: Delivery): boolean {
  return change.tag === tag;
}
