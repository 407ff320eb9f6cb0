import { Instant } from "../../db/column-types";
import { Delivery } from "./webhook-endpoint";

type Waiting = Pick<Delivery, "position" | "profileId" | "relatedIds" | "nextAttemptAt" | "attempts">;

export interface Readiness<D extends Waiting> {
  /** May be sent now, all at the same time, the least tried first. */
  readonly ready: readonly D[];
  /** When the first of the others that waits for nothing but its time may be sent; null when there is none. */
  readonly nextAt: Instant | null;
}

/**
 * Which deliveries of one endpoint may be sent now, so that what is said of a profile is said in order.
 *
 * A delivery waits for every earlier one that speaks of one of its profiles. A merge or a split speaks of all ids that it
 * concerns, so what follows on either side of it waits for it, and it waits for what came before on either side. Changes of
 * customers who have nothing to do with each other do not wait for each other.
 *
 * @param pending in the order of the feed
 */
export function readyDeliveries<D extends Waiting>(pending: readonly D[], now: Instant): Readiness<D> {
  const spokenOf = new Set<string>();
  const ready: D[] = [];
  let nextAt: Instant | null = null;
  for (const delivery of pending) {
    const ids = idsOf(delivery);
    const isFirst = !ids.some((id) => spokenOf.has(id));
    for (const id of ids) spokenOf.add(id);
    if (!isFirst) continue;
    if (delivery.nextAttemptAt <= now) ready.push(delivery);
    else if (nextAt === null || delivery.nextAttemptAt < nextAt) nextAt = delivery.nextAttemptAt;
  }
  return { ready: ready.sort((a, b) => a.attempts - b.attempts || a.position - b.position), nextAt };
}

function idsOf({ profileId, relatedIds }: Waiting): string[] {
  return profileId === null ? [...relatedIds] : [profileId, ...relatedIds];
}
