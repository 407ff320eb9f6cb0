import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Instant } from "../db/column-types";
import { connectionType } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";
import { KeptEvidence } from "../identity/explain/explain-told";

export const IdentityEventKindEnum = {
  MERGED: "MERGED",
  SPLIT: "SPLIT",
  RULED: "RULED",
  RULING_REVOKED: "RULING_REVOKED",
} as const;

registerEnumType(IdentityEventKindEnum, {
  name: "IdentityEventKind",
  description: "What happened to the identity of customers.",
  valuesConfig: {
    MERGED: { description: "Several became one." },
    SPLIT: { description: "One became several." },
    RULED: { description: "A person decided who is, or is not, the same customer." },
    RULING_REVOKED: { description: "A person took such a decision back." },
  },
});

@ObjectType({ description: "One entry of the history of how a customer came to be one." })
export class IdentityEvent {
  @Field(() => IdentityEventKindEnum, { description: "What happened." })
  kind!: keyof typeof IdentityEventKindEnum;

  @Field(() => DateTime, { description: "When it was committed." })
  at!: Instant;

  @Field(() => ID, { nullable: true, description: "The ruling that it was, or that it came of; null without one." })
  rulingId!: string | null;

  @Field(() => String, { nullable: true, description: "The id of the key that decided; null when nobody did." })
  actor!: string | null;

  @Field(() => String, { nullable: true, description: "The reason that was given." })
  reason!: string | null;

  @Field(() => [ID], { description: "Every profile concerned, as of then: the one that goes on stands first." })
  profileIds!: readonly string[];

  readonly id!: string;
  readonly position!: number;
  readonly kept!: readonly KeptEvidence[];
}

export const IdentityEventConnection = connectionType("IdentityEvent", () => IdentityEvent);
