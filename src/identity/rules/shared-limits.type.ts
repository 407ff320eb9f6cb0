import { Field, InputType, Int, ObjectType } from "type-graphql";
import { IdentifierKind } from "../identifier-kind";
import { IdentifierKindEnum } from "../identifier-kind.type";
import { LIMIT_MAX } from "./rules-input";

const KIND = "The kind of identifier.";
const LIMIT = `On how many records of one source a value may stand before it says nothing about who somebody is: 1 to ${LIMIT_MAX}.`;

@ObjectType({ description: "The limit of one kind of identifier." })
export class SharedLimit {
  @Field(() => IdentifierKindEnum, { description: KIND })
  kind!: IdentifierKind;

  @Field(() => Int, { description: LIMIT })
  limit!: number;
}

@InputType({ description: "The limit of one kind of identifier." })
export class SharedLimitInput {
  @Field(() => IdentifierKindEnum, { description: KIND })
  kind!: IdentifierKind;

  @Field(() => Int, { description: LIMIT })
  limit!: number;
}

@ObjectType({ description: "When a value is shared by so many that it joins nobody." })
export class SharedLimits {
  @Field(() => Int, { description: LIMIT })
  default!: number;

  @Field(() => [SharedLimit], { description: "The limits of single kinds." })
  byKind!: SharedLimit[];
}

@InputType({ description: "Changes when a value is shared by so many that it joins nobody." })
export class SharedLimitsInput {
  @Field(() => Int, { nullable: true, description: LIMIT })
  default?: number | null;

  @Field(() => [SharedLimitInput], {
    nullable: true,
    description: "The limits of single kinds. Takes the place of the whole list.",
  })
  byKind?: SharedLimitInput[] | null;
}
