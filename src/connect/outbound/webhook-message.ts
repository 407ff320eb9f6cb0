import { Change } from "../../feed/change";
import { DeliveryKind } from "./webhook-endpoint";

/** A source record as it stood when something happened to its customer. */
export interface InvolvedRecord {
  readonly id: string;
  readonly source: string;
  readonly key: string;
  /** Present where PUBLIC keys alone sent it: it is not the system's own record of that key. */
  readonly claimed?: boolean;
  /** The profile it belongs to from this change on. */
  readonly profileId: string;
  /** The profile it belonged to before, when this change moved it. */
  readonly formerProfileId?: string;
}

/** The `type` of messages, by what happened. */
export const MESSAGE_TYPES: Readonly<Record<DeliveryKind, string>> = {
  INTERACTION_ADDED: "interaction.added",
  PROFILE_UPDATED: "profile.updated",
  PROFILES_MERGED: "profiles.merged",
  PROFILE_SPLIT: "profile.split",
  PROFILE_ERASED: "profile.erased",
  FEED_GAP: "feed.gap",
};

/** How the other ids of a change are called. */
const RELATED = {
  PROFILES_MERGED: "absorbedIds",
  PROFILE_SPLIT: "separatedIds",
  PROFILE_ERASED: "otherIds",
} as const;

/**
 * The body of a message, as the Standard Webhooks specification lays it out: type, timestamp, data. It names what happened
 * and all source records it happened to, and carries nothing that was said or is known of a person: the receiver reads
 * that with its own key, and so sees what its key may see by then.
 */
export function webhookMessage(change: Change, cursor: string, records: readonly InvolvedRecord[]): string {
  const { kind, at, profileId, relatedIds, source, channel, recordId, interactionId } = change;
  const related = kind in RELATED ? { [RELATED[kind as keyof typeof RELATED]]: relatedIds } : {};
  const interaction = interactionId === null ? {} : { interaction: { id: interactionId, recordId, source, channel } };
  const data = { cursor, profileId, ...related, source, ...interaction, records };
  return JSON.stringify({ type: MESSAGE_TYPES[kind], timestamp: at, data });
}

/** Tells that changes were lost to the receiver: it has to read anew what it keeps, and goes on from the cursor. */
export function gapMessage(cursor: string, at: string): string {
  const reason =
    "The feed no longer holds the changes that came next. Read what you keep anew, for instance by an export.";
  return JSON.stringify({ type: MESSAGE_TYPES.FEED_GAP, timestamp: at, data: { cursor, reason } });
}
