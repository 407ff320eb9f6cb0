import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionType } from "../../graphql/connection.type";
import { DateTime } from "../../graphql/date-time";
import { Json } from "../../graphql/json";
import { DeadLetterKind } from "../pipeline/item-intake";

const KINDS: { readonly [K in DeadLetterKind]: K } = {
  UNKNOWN: "UNKNOWN",
  UNREADABLE: "UNREADABLE",
  REFUSED: "REFUSED",
};

registerEnumType(KINDS, {
  name: "DeadLetterKind",
  description: "Why something that was sent has not been taken.",
  valuesConfig: {
    UNKNOWN: { description: "It is of a type that is not known yet." },
    UNREADABLE: { description: "It is not what its system sends, or cannot be understood." },
    REFUSED: { description: "It was understood, and may not be stored as it is." },
  },
});

@ObjectType({
  description:
    "Something that was sent and has not been taken. It goes by itself 30 days after it was last sent; of one source the newest 10,000 are kept. An erasure does not find what it says about a person.",
})
export class DeadLetter {
  @Field(() => ID, { description: "Its id, by which it is tried again or dismissed." })
  id!: string;

  @Field(() => String, { description: "The source that sent it." })
  source!: string;

  @Field(() => String, { description: "The system behind the source." })
  system!: string;

  @Field(() => KINDS, { description: "Why it was not taken." })
  kind!: DeadLetterKind;

  @Field(() => String, {
    description: "Of REFUSED the code of the refusal, such as CONFLICT; of UNKNOWN the type that is not known.",
  })
  code!: string;

  @Field(() => String, { description: "Why it was not taken, in words." })
  reason!: string;

  @Field(() => Json, {
    nullable: true,
    description: "What was sent; of what is too large or too deep to be kept whole the beginning, as a text.",
  })
  item!: unknown;

  @Field(() => DateTime, { description: "When it came first." })
  receivedAt!: string;

  @Field(() => DateTime, { description: "When it came last, or was last tried again." })
  lastSeenAt!: string;

  @Field(() => Int, { description: "How often it came or was tried again." })
  times!: number;
}

@ObjectType({ description: "What became of a dead letter that was tried again." })
export class ReplayResult {
  @Field(() => Boolean, { description: "Whether it was taken, and is no dead letter any more." })
  taken!: boolean;

  @Field(() => String, { nullable: true, description: "Why it still cannot be taken." })
  reason!: string | null;
}

export const DeadLetterConnection = connectionType<DeadLetter>("DeadLetter", () => DeadLetter);
