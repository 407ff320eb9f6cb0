import type { IdentifierKind } from "../../identity/identifier-kind";
import type { Channel } from "../../timeline/interaction.type";

/** A channel by its name, as it is sent. */
export type ChannelName = `${Channel}`;

interface ChannelSource {
  /** The system of the shop that sends what happens on the channel. */
  readonly source: string;
  /** The kinds of identifier the channel itself proves, by signing in or by its own signature. */
  readonly proves: readonly IdentifierKind[];
  /** Social channels know a person by a nickname at most. */
  readonly nicknames?: true;
}

/** Which system of the shop speaks for each channel. */
export const CHANNEL_SOURCES = {
  EMAIL: { source: "mail", proves: ["EMAIL"] },
  PHONE: { source: "phone", proves: ["PHONE"] },
  SMS: { source: "sms", proves: ["PHONE"] },
  WEB: { source: "web", proves: ["USER_ID"] },
  WEB_CHAT: { source: "web-chat", proves: ["USER_ID"] },
  MOBILE_APP: { source: "app", proves: ["USER_ID"] },
  CHATBOT: { source: "bot", proves: [] },
  IN_STORE: { source: "pos", proves: ["LOYALTY_ID"] },
  CRM: { source: "hubspot", proves: ["CRM_ID"] },
  FACEBOOK: { source: "facebook", proves: ["FACEBOOK_ID"], nicknames: true },
  INSTAGRAM: { source: "instagram", proves: ["INSTAGRAM_ID"], nicknames: true },
  X: { source: "x", proves: ["X_HANDLE"], nicknames: true },
  LINKEDIN: { source: "linkedin", proves: ["LINKEDIN_ID"], nicknames: true },
  YOUTUBE: { source: "youtube", proves: ["YOUTUBE_ID"], nicknames: true },
  LINE: { source: "line", proves: ["LINE_ID"], nicknames: true },
  WHATSAPP: { source: "whatsapp", proves: ["WHATSAPP_ID"], nicknames: true },
  TELEGRAM: { source: "telegram", proves: ["TELEGRAM_ID"], nicknames: true },
  OTHER: { source: "letters", proves: [] },
} satisfies Record<ChannelName, ChannelSource>;

export function channelSource(channel: ChannelName): ChannelSource {
  return CHANNEL_SOURCES[channel];
}
