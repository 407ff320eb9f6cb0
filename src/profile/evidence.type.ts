import { Field, Float, ID, ObjectType, registerEnumType } from "type-graphql";
import { Instant } from "../db/column-types";
import { DateTime } from "../graphql/date-time";
import { EvidenceKind } from "../identity/resolve/facts";
import type { ComparedAttribute, Level } from "../identity/similarity/comparison";
import { Identifier } from "./profile.type";

export const EvidenceKindEnum: { readonly [K in EvidenceKind]: K } = {
  RULING: "RULING",
  IDENTIFIER: "IDENTIFIER",
  SIMILARITY: "SIMILARITY",
  CONFLICT: "CONFLICT",
  AMBIGUOUS: "AMBIGUOUS",
  SHARED_VALUE: "SHARED_VALUE",
  BLOCKED_VALUE: "BLOCKED_VALUE",
  LOW_ASSURANCE: "LOW_ASSURANCE",
  CAP: "CAP",
};

registerEnumType(EvidenceKindEnum, {
  name: "EvidenceKind",
  description: "What a piece of evidence rests on.",
  valuesConfig: {
    RULING: { description: "A person decided so." },
    IDENTIFIER: { description: "Both carry the same identifier." },
    SIMILARITY: { description: "What is known of the two is alike." },
    CONFLICT: { description: "They differ in something that a person has only one of." },
    AMBIGUOUS: { description: "The identifier is used by several who cannot be one, and does not tell whose this is." },
    SHARED_VALUE: { description: "Both carry the identifier, but so do too many others." },
    BLOCKED_VALUE: { description: "Both carry the value, but it is a placeholder or cannot be read." },
    LOW_ASSURANCE: {
      description:
        "The identifier is not sure enough: it was only claimed, which never joins two known customers, or the rules ask for more.",
    },
    CAP: { description: "The identifier would put too many records into one customer." },
  },
});

@ObjectType({ description: "How alike two persons are in one thing." })
export class AttributeComparison {
  @Field(() => String, {
    description:
      "What was compared: givenName, familyName, generation, birthDate, gender, address, postalCode, city, email, phone, organization or identifier (an id of a namespace, such as a loyalty number).",
  })
  attribute!: ComparedAttribute;

  @Field(() => String, {
    description:
      "How alike: EXACT; FORM (short forms and spellings of one name); SLIP (a typing error apart); EXCHANGED (day and month); TWO_PARTS (of year, month and day); PART (a part of it, or said by one only); INITIAL; NEAR; OF_NAME (an e-mail address made of the name, which says no more than the name); OTHER_NAME (alike, but a name of its own); DIFFERENT.",
  })
  level!: Level;

  @Field(() => String, { description: "What recordA says, in the spelling in which it was compared." })
  valueA!: string;

  @Field(() => String, { description: "What recordB says, in the spelling in which it was compared." })
  valueB!: string;

  @Field(() => Float, { description: "What it adds to the strength, in bits; below 0 it speaks against." })
  weight!: number;
}

@ObjectType({ description: "One reason why two source records are, or are not, the same customer." })
export class Evidence {
  @Field(() => EvidenceKindEnum, { description: "What it rests on." })
  kind!: EvidenceKind;

  @Field(() => String, { description: "The reason in words, for someone who serves the customer." })
  summary!: string;

  @Field(() => Float, {
    description:
      "How much it says, in bits (the base-2 logarithm of the odds that the two are one person): above 0 for one customer, below 0 against, 0 where it says nothing. A ruling counts 40. A common identifier counts, verified, asserted and claimed, 30, 26 and 6 where it names a person (USER_ID, CRM_ID, LOYALTY_ID, CUSTOM), 14, 10 and 3 where it knows a browser or a device (ANONYMOUS_ID, DEVICE_ID), otherwise 22, 18 and 5; the weaker of the two ends decides. A contradiction counts -30. Of SIMILARITY it is the sum over its comparisons, which the thresholds of the rules are for.",
  })
  strength!: number;

  recordAId!: string;
  recordBId!: string;

  @Field(() => Identifier, {
    nullable: true,
    description: "The identifier that both carry. Its assurance is that of the weaker of the two ends.",
  })
  identifier!: Identifier | null;

  @Field(() => [ID], {
    description:
      "Of AMBIGUOUS the ids of the customers between whom the identifier does not decide; of other kinds, and in histories, empty.",
  })
  contenderIds!: readonly string[];

  @Field(() => [AttributeComparison], {
    description: "Of SIMILARITY what was compared, attribute by attribute; of other kinds empty.",
  })
  comparisons!: readonly AttributeComparison[];

  @Field(() => String, {
    nullable: true,
    description: "The messageId that brought the identifier to the later of the two records; null when no event did.",
  })
  messageId!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "Since when it holds: when the later of the two records was first seen with it, or when it was decided.",
  })
  at!: Instant | null;
}
