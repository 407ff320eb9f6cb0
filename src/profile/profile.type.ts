import { Field, ID, Int, ObjectType } from "type-graphql";
import { Instant } from "../db/column-types";
import { FeedMoment } from "../feed/feed-moment";
import { connectionType } from "../graphql/connection.type";
import { Cursor } from "../graphql/cursor";
import { DateTime } from "../graphql/date-time";
import { Json } from "../graphql/json";
import { Assurance, IdentifierKind } from "../identity/identifier-kind";
import { AssuranceEnum, IdentifierKindEnum } from "../identity/identifier-kind.type";
import { Channel } from "../timeline/interaction.type";

@ObjectType({ description: "One identifier of a customer, taken together over the records that carry it." })
export class Identifier {
  @Field(() => IdentifierKindEnum, { description: "What kind of value it is." })
  kind!: IdentifierKind;

  @Field(() => String, {
    nullable: true,
    description: "Whose ids they are; null for kinds that mean the same everywhere.",
  })
  namespace!: string | null;

  @Field(() => String, { description: "The normalized value." })
  value!: string;

  @Field(() => AssuranceEnum, { description: "How sure it is that it belongs here: of several records, the surest." })
  assurance!: Assurance;

  @Field(() => [String], { description: "The sources that gave it, in the order of their names." })
  sources!: readonly string[];

  @Field(() => DateTime, { description: "When it was first given." })
  firstSeenAt!: Instant;

  @Field(() => DateTime, { description: "When it was last given." })
  lastSeenAt!: Instant;

  @Field(() => Boolean, {
    description:
      "Whether it no longer says who somebody is, and so joins no records: because so many records carry it, or because a person decided that several people use it.",
  })
  shared!: boolean;
}

@ObjectType({ description: "What one record says of an attribute." })
export class AttributeObservation {
  @Field(() => Json, { description: "The value, as it was sent." })
  value!: unknown;

  @Field(() => String, { description: "The source that said so." })
  source!: string;

  @Field(() => ID, { description: "The record it was said of." })
  recordId!: string;

  @Field(() => DateTime, { description: "When the source saw it so." })
  observedAt!: Instant;
}

@ObjectType({ description: "The value that won, where it came from, and what lost." })
export class Attribute {
  @Field(() => String, { description: "The attribute's name, as it was sent." })
  name!: string;

  @Field(() => Json, {
    description:
      "The value that won: a value beats an empty one, a trusted sender a PUBLIC key, then the tenant's ranking of sources decides, then the later observation.",
  })
  value!: unknown;

  @Field(() => String, { description: "The source of the value." })
  source!: string;

  @Field(() => ID, { description: "The record the value comes from." })
  recordId!: string;

  @Field(() => DateTime, { description: "When the source saw it so." })
  observedAt!: Instant;

  @Field(() => [AttributeObservation], {
    description: "What the other records say, best first; empty values are left out.",
  })
  alternatives!: readonly AttributeObservation[];
}

@ObjectType({ description: "One person as one source knows them. Merging customers never changes it." })
export class SourceRecord {
  @Field(() => ID, { description: "The record's id: a valid id of its profile for ever." })
  id!: string;

  @Field(() => String, { description: "The system that knows the person so." })
  source!: string;

  @Field(() => String, { description: "The person's id in that system." })
  key!: string;

  @Field(() => Boolean, {
    description:
      "Whether all of it was sent with PUBLIC keys: then source and key are what a stranger may have made up, and it is another record than the company's own of the same source and key.",
  })
  claimed!: boolean;

  @Field(() => DateTime, { description: "When the source's first word of this person is from." })
  firstSeenAt!: Instant;

  @Field(() => DateTime, { description: "When the source's latest word of this person is from." })
  lastSeenAt!: Instant;

  @Field(() => [Identifier], { description: "The identifiers this record carries." })
  identifiers!: readonly Identifier[];
}

@ObjectType({ description: "How much happened with a customer on one channel." })
export class ChannelSummary {
  @Field(() => Channel, { description: "The channel." })
  channel!: Channel;

  @Field(() => Int, { description: "How many interactions there are." })
  interactions!: number;

  @Field(() => DateTime, { description: "When the latest one happened." })
  lastAt!: Instant;
}

/** A moment of the past at which a profile was read: its records of then are those of its timeline. */
export interface PastMoment {
  readonly moment: FeedMoment;
  readonly recordIds: readonly string[];
  readonly cursor: string;
}

@ObjectType({
  description: "One customer: the source records held to be the same person, and what follows from them.",
})
export class Profile {
  @Field(() => ID, { description: "The id: that of the oldest record." })
  id!: string;

  /** The record id by which this profile was found; its timeline is read by the same. */
  handle!: string;

  /** Of a profile as of a moment of the past. */
  past?: PastMoment;

  @Field(() => String, {
    nullable: true,
    description:
      "What to call the customer: the display name, else given and family name (family name first in Chinese, Japanese and Korean), else a handle, an e-mail address or a telephone number; null when nothing says it.",
  })
  displayName!: string | null;

  @Field(() => [Identifier], {
    description: "What identifies the customer, each once, in the order of the kinds; what joins nobody is listed too.",
  })
  identifiers!: readonly Identifier[];

  @Field(() => [Attribute], { description: "What is known about the customer, by name." })
  attributes!: readonly Attribute[];

  @Field(() => [SourceRecord], { description: "The source records, the oldest first." })
  records!: readonly SourceRecord[];

  @Field(() => [ChannelSummary], { description: "The channels on which something happened, the latest used first." })
  channels!: readonly ChannelSummary[];

  @Field(() => DateTime, { nullable: true, description: "When the customer was first seen, in any way." })
  firstSeenAt!: Instant | null;

  @Field(() => DateTime, { nullable: true, description: "When the customer was last seen, in any way." })
  lastSeenAt!: Instant | null;

  @Field(() => [ID], { description: "Every other id that leads here." })
  formerIds!: readonly string[];

  @Field(() => Cursor, {
    description: "The position this profile was read at: subscribe with it to miss nothing in between.",
  })
  cursor!: string;
}

export const ProfileConnection = connectionType("Profile", () => Profile);
