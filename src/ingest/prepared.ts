import { Sighting } from "../identity/write/sighting";
import { InteractionRow } from "../timeline/timeline-writer.repository";

/** Why one event or record is refused, while its neighbours go in. */
export interface Rejection {
  readonly code: RejectionCode;
  /** What to change, for the sender. Never quotes what was sent. */
  readonly message: string;
}

export type RejectionCode =
  | "CONFLICT"
  | "NO_SUBJECT"
  | "INVALID_TEXT"
  | "INVALID_JSON"
  | "INVALID_IDENTIFIER"
  | "TOO_LONG";

/** An event that may be stored: checked, normalized, with its place in the ledger worked out. */
export interface PreparedEvent {
  readonly messageId: string;
  readonly deliveryId: string;
  readonly payloadHash: string;
  readonly sighting: Sighting;
  /** All but the record, which is known once the person is. */
  readonly interaction: Omit<InteractionRow, "recordId" | "interactionId">;
}

export interface PreparedRecord {
  readonly sighting: Sighting;
}

export function isRejection(prepared: object): prepared is Rejection {
  return "code" in prepared;
}
