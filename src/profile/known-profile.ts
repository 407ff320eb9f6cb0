import { Instant } from "../db/column-types";
import { FeedPoint } from "../feed/cursor";
import { Assurance, IdentifierKind } from "../identity/identifier-kind";
import { ValueStatus } from "../identity/resolve/facts";
import { earlier, later } from "../timeline/instant-order";

/** All that is known of one customer but the timeline, as of one moment. What a profile shows is derived from this. */
export interface KnownProfile {
  readonly id: string;
  /** The newest point of the feed whose effects are in here. */
  readonly point: FeedPoint;
  /** By age, the oldest first; never empty. */
  readonly records: readonly KnownRecord[];
}

export interface KnownRecord {
  readonly id: string;
  readonly source: string;
  readonly key: string;
  /** Sent by PUBLIC keys alone. */
  readonly claimed: boolean;
  readonly createdAt: Instant;
  readonly activity: readonly KnownActivity[];
  readonly identifiers: readonly KnownIdentifier[];
  readonly observations: readonly KnownObservation[];
}

/** What a record did on one channel. */
export interface KnownActivity {
  readonly channel: string;
  readonly interactions: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

export interface KnownIdentifier {
  readonly kind: IdentifierKind;
  readonly namespace: string;
  readonly value: string;
  readonly status: ValueStatus;
  readonly assurance: Assurance;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
}

export interface KnownObservation {
  readonly name: string;
  /** Not sent by a PUBLIC key. */
  readonly trusted: boolean;
  /** JSON null: cleared. */
  readonly value: unknown;
  readonly observedAt: Instant;
}

/** When a record was first and last seen: by its interactions, or by what was said of it without one. */
export function seen(record: KnownRecord): { readonly firstSeenAt: Instant; readonly lastSeenAt: Instant } {
  let firstSeenAt = record.activity[0]?.firstAt ?? record.createdAt;
  let lastSeenAt = record.activity[0]?.lastAt ?? record.createdAt;
  for (const { firstAt, lastAt } of record.activity) {
    firstSeenAt = earlier(firstSeenAt, firstAt);
    lastSeenAt = later(lastSeenAt, lastAt);
  }
  return { firstSeenAt, lastSeenAt };
}
