/** The kinds of identifier, as clients name them. */
export const IDENTIFIER_KINDS = [
  "EMAIL",
  "PHONE",
  "USER_ID",
  "ANONYMOUS_ID",
  "DEVICE_ID",
  "LOYALTY_ID",
  "FACEBOOK_ID",
  "INSTAGRAM_ID",
  "X_ID",
  "X_HANDLE",
  "LINKEDIN_ID",
  "YOUTUBE_ID",
  "LINE_ID",
  "WHATSAPP_ID",
  "TELEGRAM_ID",
  "CRM_ID",
  "CUSTOM",
] as const;

export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/** How sure we are that an identifier belongs to the record that carries it, weakest first. */
export const ASSURANCES = ["CLAIMED", "ASSERTED", "VERIFIED"] as const;

export type Assurance = (typeof ASSURANCES)[number];

/** Kinds whose values mean something only inside a namespace, which the sender must give. */
export const NAMESPACED_KINDS: ReadonlySet<IdentifierKind> = new Set(["CRM_ID", "CUSTOM"]);

/** Cookies and devices: they tell browsers apart, not people, and so make no record a trusted one. */
export const ANONYMOUS_KINDS: ReadonlySet<IdentifierKind> = new Set(["ANONYMOUS_ID", "DEVICE_ID"]);
