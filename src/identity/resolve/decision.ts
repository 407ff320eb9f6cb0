import { RulingEffect } from "../rulings/ruling-effect";

/** SAME and DIFFERENT name records, SHARED a value. */
export type RulingKind = "SAME" | "DIFFERENT" | "SHARED";

/** Who decides, and why. */
export interface Decision {
  readonly tenantId: string;
  readonly actor: string;
  readonly reason: string | null;
}

/** What a ruling did; or, with nothing changed, why it cannot stand. */
export type RulingOutcome =
  | (RulingEffect & {
      readonly rulingId: string;
      /** The profiles concerned as they are now, the oldest first. */
      readonly profileIds: readonly string[];
    })
  | { readonly refused: string };
