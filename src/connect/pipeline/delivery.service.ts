import { setTimeout as pause } from "node:timers/promises";
import { CannotOpen, SecretBox } from "../../access/secret-box";
import { Log } from "../../log";
import { ConnectionService, OpenedConnection } from "../connections/connection.service";
import { DeadLetterService } from "../dead-letters/dead-letter.service";
import { readItems } from "../reading/read-items";
import { Answer, Delivery } from "./adapter";
import { DeliveryCounts } from "./delivery-counts";
import { ItemIntake } from "./item-intake";

/** Refusals leave at full steps of this length after their arrival, in milliseconds. */
const REFUSAL_STEP_MS = 100;

const REFUSED = jsonError(401, "UNAUTHENTICATED", "The delivery is not from a source that is connected here.");
const UNAVAILABLE = jsonError(503, "UNAVAILABLE", "This server cannot take deliveries now. Send it again later.");
const TAKEN: Answer = { status: 200, contentType: "text/plain; charset=utf-8", body: "" };

/**
 * What comes in from systems that were connected.
 *
 *   raw body -> connection -> handshake? -> verify -> read -> items -> the same ingest as everything else
 *
 * Promises: nothing is kept of what is not proven to come from the system; what is acknowledged is committed, the dead
 * letters too; a delivery is taken once however often it comes. An unknown tenant, an unknown source and a wrong signature
 * are answered alike, in words and, to a tenth of a second, in time.
 * Trusts: the adapter to say what a delivery means, and nothing else of it.
 * On failure of the database the delivery is not acknowledged, and the system sends it again.
 */
export class DeliveryService {
  constructor(
    private readonly connections: ConnectionService,
    private readonly intake: ItemIntake,
    private readonly deadLetters: DeadLetterService,
    private readonly counts: DeliveryCounts,
    private readonly box: SecretBox,
    private readonly log: Log,
  ) {}

  async answer(tenantId: string, source: string, delivery: Delivery): Promise<Answer> {
    const began = performance.now();
    if (!this.box.isUsable) return UNAVAILABLE;
    try {
      const opened = await this.connections.open(tenantId, source, delivery.receivedAt);
      const handshake = opened && this.handshake(opened, delivery);
      if (handshake) return handshake;
      if (opened && this.isVerified(opened, delivery)) return await this.take(tenantId.toLowerCase(), opened, delivery);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      this.log.error({ err: error, tenantId }, "the credentials of a connection cannot be opened with the keys given");
      return UNAVAILABLE;
    }
    await pause(REFUSAL_STEP_MS - ((performance.now() - began) % REFUSAL_STEP_MS));
    return REFUSED;
  }

  private async take(tenantId: string, opened: OpenedConnection, delivery: Delivery): Promise<Answer> {
    const { adapter, connection, hasRemovals } = opened;
    const { timesVary = false } = adapter;
    const origin = { tenantId, source: connection.source, trusted: true, timesVary, hasRemovals };
    const { accepted, duplicates, untaken } = await this.intake.take(
      origin,
      await readItems(opened, delivery, this.log),
    );
    await this.deadLetters.keep(origin, adapter.system, untaken, delivery, delivery.receivedAt);
    const unknown = untaken.filter(({ kind }) => kind === "UNKNOWN").length;
    const counts = { deliveries: 1, accepted, duplicates, unknown, refused: untaken.length - unknown };
    this.counts.add(tenantId, connection.source, counts, delivery.receivedAt);
    return adapter.acknowledgement?.(delivery) ?? TAKEN;
  }

  private handshake({ adapter, connection }: OpenedConnection, delivery: Delivery): Answer | null {
    try {
      return adapter.handshake?.(delivery, connection) ?? null;
    } catch (error) {
      this.log.error({ err: error, system: adapter.system }, "an adapter failed on a handshake");
      return null;
    }
  }

  private isVerified({ adapter, connection }: OpenedConnection, delivery: Delivery): boolean {
    try {
      return connection.credentials.length > 0 && adapter.verify(delivery, connection) === null;
    } catch (error) {
      this.log.error({ err: error, system: adapter.system }, "an adapter failed on a signature");
      return false;
    }
  }
}

function jsonError(status: number, code: string, message: string): Answer {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  return { status, contentType: "application/json; charset=utf-8", body };
}
