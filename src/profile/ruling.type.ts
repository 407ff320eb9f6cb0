import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { Instant } from "../db/column-types";
import { connectionType } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";
import { IdentifierKind } from "../identity/identifier-kind";
import { IdentifierKindEnum } from "../identity/identifier-kind.type";
import type { RulingKind as RulingKindName } from "../identity/resolve/decision";
import { Evidence } from "./evidence.type";
import { Profile } from "./profile.type";

export enum RulingKind {
  SAME = "SAME",
  DIFFERENT = "DIFFERENT",
  SHARED = "SHARED",
}

registerEnumType(RulingKind, {
  name: "RulingKind",
  description: "What a person decided.",
  valuesConfig: {
    SAME: { description: "These records are one customer." },
    DIFFERENT: { description: "The records of one side are not the customer of the other side." },
    SHARED: { description: "Several people use this identifier, so it says of nobody who they are." },
  },
});

@ObjectType({ description: "An identifier that a person decided about." })
export class RuledIdentifier {
  @Field(() => IdentifierKindEnum, { description: "What kind of value it is." })
  kind!: IdentifierKind;

  @Field(() => String, {
    nullable: true,
    description: "Whose ids they are; null for kinds that mean the same everywhere.",
  })
  namespace!: string | null;

  @Field(() => String, { description: "The value, as the rules normalize it." })
  value!: string;
}

@ObjectType({ description: "A person's decision about who is, or is not, the same customer. It is kept for ever." })
export class Ruling {
  @Field(() => ID, { description: "By which it is taken back." })
  id!: string;

  @Field(() => RulingKind, { description: "What was decided." })
  kind!: RulingKindName;

  @Field(() => String, { description: "The id of the key that decided." })
  actor!: string;

  @Field(() => String, { nullable: true, description: "The reason that was given." })
  reason!: string | null;

  @Field(() => DateTime, { description: "Since when it holds." })
  madeAt!: Instant;

  @Field(() => DateTime, { nullable: true, description: "When it was taken back; null while it is in force." })
  revokedAt!: Instant | null;

  @Field(() => String, { nullable: true, description: "The id of the key that took it back." })
  revokedBy!: string | null;
}

export const RulingConnection = connectionType("Ruling", () => Ruling);

@ObjectType({ description: "What a ruling did. refused says why when it cannot stand; then nothing has changed." })
export class RulingResult {
  @Field(() => ID, { nullable: true, description: "The ruling, by which it can be taken back; null when refused." })
  rulingId!: string | null;

  @Field(() => [Profile], { description: "The customers concerned as they are now, the oldest first." })
  profiles!: readonly Profile[];

  @Field(() => String, {
    nullable: true,
    description: "Why the ruling cannot stand, for someone who serves customers.",
  })
  refused!: string | null;

  @Field(() => [ID], {
    description: "The earlier rulings of which something held before this one and holds no longer, the oldest first.",
  })
  overruledRulings!: readonly string[];

  @Field(() => [Evidence], {
    description:
      "What this ruling overrides: of a merge the contradictions between the customers, of a split what would join the records without it, of a shared identifier the joins that rested on it.",
  })
  overrode!: readonly Evidence[];
}
