import { Assurance, IdentifierKind } from "../identifier-kind";

/** How well a kind tells people apart: 0 names a person, 1 reaches one, 2 knows a browser or a device. */
export type Tier = 0 | 1 | 2;

const TIERS: Readonly<Record<IdentifierKind, Tier>> = {
  USER_ID: 0,
  CRM_ID: 0,
  LOYALTY_ID: 0,
  CUSTOM: 0,
  EMAIL: 1,
  PHONE: 1,
  FACEBOOK_ID: 1,
  INSTAGRAM_ID: 1,
  X_ID: 1,
  X_HANDLE: 1,
  LINKEDIN_ID: 1,
  YOUTUBE_ID: 1,
  LINE_ID: 1,
  WHATSAPP_ID: 1,
  TELEGRAM_ID: 1,
  ANONYMOUS_ID: 2,
  DEVICE_ID: 2,
};

export function tierOf(kind: IdentifierKind): Tier {
  return TIERS[kind];
}

export interface Level {
  readonly tier: Tier;
  /** How sure the weaker end of a pair is at least. */
  readonly assurance: Assurance;
  /** True: of the tier only what families share (see `isShareable`); false: only the rest; absent: all of it. */
  readonly shareable?: boolean;
}

/** Whether people who live together often have one in common: an e-mail address, a telephone. */
export function isShareable(kind: IdentifierKind): boolean {
  return kind === "EMAIL" || kind === "PHONE";
}

/**
 * The levels in the order they are judged. Kind goes before assurance only among identifiers that are not CLAIMED: a
 * claimed user id judged before an asserted e-mail address could bring two trusted people together.
 */
export const LEVELS: readonly Level[] = [
  { tier: 0, assurance: "VERIFIED" },
  { tier: 0, assurance: "ASSERTED" },
  { tier: 1, assurance: "VERIFIED" },
  { tier: 1, assurance: "ASSERTED" },
  { tier: 2, assurance: "VERIFIED" },
  { tier: 2, assurance: "ASSERTED" },
  { tier: 0, assurance: "CLAIMED" },
  { tier: 1, assurance: "CLAIMED" },
  { tier: 2, assurance: "CLAIMED" },
];

/**
 * The same where persons are compared and a clear contradiction keeps them apart: what families share is judged by itself,
 * after the ids that each person has alone.
 */
export const GUARDED_LEVELS: readonly Level[] = LEVELS.flatMap((level): Level[] =>
  level.tier === 1 && level.assurance !== "CLAIMED"
    ? [
        { ...level, shareable: false },
        { ...level, shareable: true },
      ]
    : [level],
);
