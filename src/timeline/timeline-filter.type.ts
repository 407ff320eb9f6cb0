import { Field, InputType } from "type-graphql";
import { Instant } from "../db/column-types";
import { DateTime } from "../graphql/date-time";
import { Channel, Direction, InteractionKind, Visibility } from "./interaction.type";

@InputType({
  description:
    "What of a timeline is wanted: what meets every condition given. A condition left out, or null, asks for nothing; an empty list is met by nothing.",
})
export class TimelineFilter {
  @Field(() => [Channel], { nullable: true, description: "On one of these channels." })
  channels?: Channel[] | null;

  @Field(() => [InteractionKind], { nullable: true, description: "Of one of these kinds." })
  kinds?: InteractionKind[] | null;

  @Field(() => [Direction], { nullable: true, description: "In one of these directions." })
  directions?: Direction[] | null;

  @Field(() => Visibility, { nullable: true, description: "Seen by anyone, or only by those who took part." })
  visibility?: Visibility | null;

  @Field(() => DateTime, { nullable: true, description: "Happened at this moment or later." })
  from?: Instant | null;

  @Field(() => DateTime, { nullable: true, description: "Happened before this moment." })
  to?: Instant | null;

  @Field(() => String, {
    nullable: true,
    description: "The text holds this, in upper or lower case. An empty string asks for nothing.",
  })
  text?: string | null;

  @Field(() => String, { nullable: true, description: "Belongs to this conversation, exactly as its source names it." })
  conversationKey?: string | null;
}
