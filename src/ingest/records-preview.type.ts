import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";

export enum RecordEffect {
  CREATED = "CREATED",
  UPDATED = "UPDATED",
  UNCHANGED = "UNCHANGED",
  REFUSED = "REFUSED",
}

registerEnumType(RecordEffect, {
  name: "RecordEffect",
  description: "What a record would do if it were sent.",
  valuesConfig: {
    CREATED: { description: "Its key is new in its source." },
    UPDATED: { description: "It says something of a known record that was not known." },
    UNCHANGED: { description: "All of it is known." },
    REFUSED: { description: "It would be refused; `code` and `message` say what to change." },
  },
});

@ObjectType({ description: "A person as a source names them.", simpleResolvers: true })
export class SourceKey {
  @Field(() => String, { description: "The system that holds them." })
  source!: string;

  @Field(() => String, { description: "The person's id there." })
  key!: string;
}

@ObjectType({ description: "What one record would do.", simpleResolvers: true })
export class RecordPreview {
  @Field(() => String, { description: "The record's source, as it was sent." })
  source!: string;

  @Field(() => String, { description: "The record's key, as it was sent." })
  key!: string;

  @Field(() => RecordEffect, { description: "What would become of it." })
  effect!: RecordEffect;

  @Field(() => String, { nullable: true, description: "Of a REFUSED record: why, as in RecordResult." })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "Of a REFUSED record: what to change." })
  message!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The profile that would hold it; null for a customer who is not known yet.",
  })
  profileId!: string | null;

  @Field(() => [ID], {
    description: "The profiles that exist and would become one customer with it; its own is not among them. Up to 20.",
  })
  joinsProfiles!: readonly string[];

  @Field(() => [SourceKey], {
    description: "The other new records of the same request that would be one customer with it. Up to 20.",
  })
  joinsRecords!: readonly SourceKey[];
}

@ObjectType({ description: "What sending these records would do.", simpleResolvers: true })
export class RecordsPreview {
  @Field(() => [RecordPreview], { description: "Each record, in the order of the input." })
  records!: readonly RecordPreview[];

  @Field(() => Int, { description: "How many profiles would take others in." })
  profilesMerged!: number;

  @Field(() => Int, { description: "How many profiles would come apart." })
  profilesSplit!: number;
}
