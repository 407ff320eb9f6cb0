import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Instant } from "../db/column-types";
import { connectionType } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";
import { Json } from "../graphql/json";

export enum Channel {
  EMAIL = "EMAIL",
  PHONE = "PHONE",
  SMS = "SMS",
  WEB = "WEB",
  WEB_CHAT = "WEB_CHAT",
  MOBILE_APP = "MOBILE_APP",
  CHATBOT = "CHATBOT",
  IN_STORE = "IN_STORE",
  CRM = "CRM",
  FACEBOOK = "FACEBOOK",
  INSTAGRAM = "INSTAGRAM",
  X = "X",
  LINKEDIN = "LINKEDIN",
  YOUTUBE = "YOUTUBE",
  LINE = "LINE",
  WHATSAPP = "WHATSAPP",
  TELEGRAM = "TELEGRAM",
  OTHER = "OTHER",
}

export enum InteractionKind {
  MESSAGE = "MESSAGE",
  CALL = "CALL",
  COMMENT = "COMMENT",
  MENTION = "MENTION",
  REVIEW = "REVIEW",
  PAGE_VIEW = "PAGE_VIEW",
  PURCHASE = "PURCHASE",
  VISIT = "VISIT",
  SURVEY = "SURVEY",
  NOTE = "NOTE",
  STATUS_CHANGE = "STATUS_CHANGE",
  OTHER = "OTHER",
}

export enum Direction {
  INBOUND = "INBOUND",
  OUTBOUND = "OUTBOUND",
  INTERNAL = "INTERNAL",
}

export enum Visibility {
  PUBLIC = "PUBLIC",
  PRIVATE = "PRIVATE",
}

registerEnumType(Channel, {
  name: "Channel",
  description: "By which way a customer and the company met.",
  valuesConfig: {
    EMAIL: { description: "E-mail." },
    PHONE: { description: "A phone call." },
    SMS: { description: "A text message by phone." },
    WEB: { description: "The company's web site." },
    WEB_CHAT: { description: "A chat on the company's web site." },
    MOBILE_APP: { description: "The company's mobile app." },
    CHATBOT: { description: "A conversation with a bot." },
    IN_STORE: { description: "In person, in a shop or branch." },
    CRM: { description: "An entry in a CRM." },
    FACEBOOK: { description: "Facebook, Messenger included." },
    INSTAGRAM: { description: "Instagram." },
    X: { description: "X, formerly Twitter." },
    LINKEDIN: { description: "LinkedIn." },
    YOUTUBE: { description: "YouTube." },
    LINE: { description: "LINE." },
    WHATSAPP: { description: "WhatsApp." },
    TELEGRAM: { description: "Telegram." },
    OTHER: { description: "Any other way; the source says which." },
  },
});

registerEnumType(InteractionKind, {
  name: "InteractionKind",
  description: "What happened.",
  valuesConfig: {
    MESSAGE: { description: "A message in a conversation." },
    CALL: { description: "A call." },
    COMMENT: { description: "A comment on something published." },
    MENTION: { description: "A public mention of the company." },
    REVIEW: { description: "A review or rating." },
    PAGE_VIEW: { description: "A page or screen was seen." },
    PURCHASE: { description: "Something was bought." },
    VISIT: { description: "A visit to a place." },
    SURVEY: { description: "An answer to a survey." },
    NOTE: { description: "An agent's note." },
    STATUS_CHANGE: { description: "Something about the customer or a case of theirs changed its state." },
    OTHER: { description: "Anything else; `data` says what." },
  },
});

registerEnumType(Direction, {
  name: "Direction",
  description: "From whom to whom.",
  valuesConfig: {
    INBOUND: { description: "From the customer to the company." },
    OUTBOUND: { description: "From the company to the customer." },
    INTERNAL: { description: "Within the company; the customer does not see it." },
  },
});

registerEnumType(Visibility, {
  name: "Visibility",
  description: "Who could see it where it happened.",
  valuesConfig: {
    PUBLIC: { description: "Anyone, as with a post on a social network." },
    PRIVATE: { description: "Only those who took part." },
  },
});

@ObjectType({
  description: "One thing that happened between a customer and the company. It never changes and never moves.",
  simpleResolvers: true,
})
export class Interaction {
  @Field(() => ID, { description: "The interaction's id in Onefold." })
  id!: string;

  /** The record whose interaction this is: a handle of the profile that holds it. */
  recordId!: string;

  @Field(() => String, { description: "The event's id in its source, unique for ever within it." })
  messageId!: string;

  @Field(() => String, { description: "The system that sent it." })
  source!: string;

  @Field(() => Channel, { description: "By which way it happened." })
  channel!: Channel;

  @Field(() => InteractionKind, { description: "What happened." })
  kind!: InteractionKind;

  @Field(() => Direction, { description: "From whom to whom." })
  direction!: Direction;

  @Field(() => Visibility, { description: "Who could see it where it happened." })
  visibility!: Visibility;

  @Field(() => DateTime, { description: "When it happened, as its source says. The timeline is ordered by this." })
  occurredAt!: Instant;

  @Field(() => DateTime, { description: "When Onefold received it." })
  receivedAt!: Instant;

  @Field(() => String, { nullable: true, description: "What it belongs together with, such as a thread or a ticket." })
  conversationKey!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Who acted on the company's side: an agent, a bot, a brand account.",
  })
  actor!: string | null;

  @Field(() => String, { nullable: true, description: "What was said or written." })
  text!: string | null;

  @Field(() => Json, { nullable: true, description: "Whatever else the source sent, as it was sent." })
  data!: unknown;
}

export const InteractionConnection = connectionType("Interaction", () => Interaction);
