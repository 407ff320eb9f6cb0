import { Field, InputType } from "type-graphql";
import { Instant } from "../db/column-types";
import { DateTime } from "../graphql/date-time";
import { Json } from "../graphql/json";
import { IdentifierInput } from "../identity/identifier-input.type";
import { Channel, Direction, InteractionKind, Visibility } from "../timeline/interaction.type";

@InputType({ description: "Whose event this is, as the source knows them." })
export class SubjectInput {
  @Field(() => String, {
    nullable: true,
    description:
      "The person's id in the source, up to 512 characters. Without it the first usable identifier stands in, normalized, with its kind; never a placeholder. No key and nothing usable: the event is refused (NO_SUBJECT). What PUBLIC keys send under a key stays apart from the company's own record of that key.",
  })
  key?: string | null;

  @Field(() => [IdentifierInput], { defaultValue: [], description: "What identifies the person; up to 50." })
  identifiers!: IdentifierInput[];

  @Field(() => Json, {
    nullable: true,
    description:
      "displayName, givenName, familyName, dateOfBirth, gender, address { line, city, region, postalCode, country }, language, and any other name. An object of up to 100 names; null clears one.",
  })
  attributes?: unknown;
}

@InputType({ description: "One thing that happened between a customer and the company." })
export class EventInput {
  @Field(() => String, {
    description:
      "Unique for ever within (tenant, source), up to 512 characters. The same id with the same payload is a duplicate; with another payload a conflict.",
  })
  messageId!: string;

  @Field(() => String, { description: "The system that sends it, such as `x`, `line`, `pos`: up to 100 characters." })
  source!: string;

  @Field(() => Channel, { description: "By which way it happened." })
  channel!: Channel;

  @Field(() => InteractionKind, { defaultValue: InteractionKind.MESSAGE, description: "What happened." })
  kind!: InteractionKind;

  @Field(() => Direction, { defaultValue: Direction.INBOUND, description: "From whom to whom." })
  direction!: Direction;

  @Field(() => Visibility, { defaultValue: Visibility.PRIVATE, description: "Who could see it where it happened." })
  visibility!: Visibility;

  @Field(() => DateTime, { description: "When it happened, as the source says." })
  occurredAt!: Instant;

  @Field(() => String, {
    nullable: true,
    description: "What it belongs together with, such as a thread or a ticket: up to 512 characters.",
  })
  conversationKey?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Who acted on the company's side: an agent, a bot, a brand account. Up to 512 characters.",
  })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: "What was said or written, up to 100,000 characters." })
  text?: string | null;

  @Field(() => SubjectInput, { description: "Whose event this is, as the source knows them." })
  subject!: SubjectInput;

  @Field(() => Json, { nullable: true, description: "Whatever else there is to keep; it comes back as it was sent." })
  data?: unknown;
}
