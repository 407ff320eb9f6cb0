import { Sealed } from "../../access/secret-box";
import { Instant } from "../../db/column-types";
import { ChangeKind } from "../../feed/change";

/** What an endpoint may choose to hear of. */
export const CHANGE_KINDS = [
  "INTERACTION_ADDED",
  "PROFILE_UPDATED",
  "PROFILES_MERGED",
  "PROFILE_SPLIT",
  "PROFILE_ERASED",
] as const satisfies readonly ChangeKind[];

/** FEED_GAP: the feed no longer held what came next for this endpoint. It is told to every endpoint, whatever it chose. */
export type DeliveryKind = ChangeKind | "FEED_GAP";

/** PENDING: not taken yet. DELIVERED: the endpoint answered 2xx. DEAD: given up after three days, until it is replayed. */
export const DELIVERY_STATUSES = ["PENDING", "DELIVERED", "DEAD"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Where a tenant wants changes sent, as it is kept. */
export interface StoredEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly kinds: readonly ChangeKind[];
  /** The system behind the endpoint: what is news from it alone is not sent back to it. */
  readonly source: string | null;
  readonly secret: Sealed;
  /** Valid beside the new one until `previousUntil`. */
  readonly previousSecret: Sealed | null;
  readonly previousUntil: Instant | null;
  readonly createdAt: Instant;
}

/** How far an endpoint has come. */
export interface EndpointProgress {
  /** False while it is paused. */
  readonly active: boolean;
  /** Up to here the feed was gone through for it. */
  readonly position: number;
  readonly tag: number;
  /** Attempts in a row, over all its deliveries, that failed. */
  readonly failures: number;
  readonly failingSince: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastError: string | null;
}

/** One change on its way to one endpoint. */
export interface Delivery {
  readonly position: number;
  readonly tag: number;
  readonly kind: DeliveryKind;
  readonly profileId: string | null;
  readonly relatedIds: readonly string[];
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly firstAttemptAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  readonly nextAttemptAt: Instant;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** What a secret of an endpoint is sealed for. */
export function secretPurpose(tenantId: string, endpointId: string): string {
  return `webhook ${tenantId} ${endpointId}`;
}
