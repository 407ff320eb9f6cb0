import { Field, ID, ObjectType, registerEnumType } from "type-graphql";

export enum WriteStatus {
  ACCEPTED = "ACCEPTED",
  DUPLICATE = "DUPLICATE",
  REJECTED = "REJECTED",
}

registerEnumType(WriteStatus, {
  name: "WriteStatus",
  description: "What became of one event or record. DUPLICATE: this very thing is known, nothing changed.",
  valuesConfig: {
    ACCEPTED: { description: "It is stored, and will not be lost." },
    DUPLICATE: { description: "This very thing is known; nothing changed." },
    REJECTED: { description: "Nothing of it was stored; `code` and `message` say what to change." },
  },
});

@ObjectType({
  description:
    "What became of one event. For a PUBLIC key the ids are null: no answer says anything about stored data.",
  simpleResolvers: true,
})
export class IngestResult {
  @Field(() => String, { description: "The event's messageId, as it was sent." })
  messageId!: string;

  @Field(() => WriteStatus, { description: "What became of it." })
  status!: WriteStatus;

  @Field(() => String, {
    nullable: true,
    description: "Of a REJECTED event: CONFLICT, NO_SUBJECT, INVALID_TEXT, INVALID_JSON, TOO_LONG, INVALID_IDENTIFIER.",
  })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "Of a REJECTED event: what to change." })
  message!: string | null;

  @Field(() => ID, { nullable: true, description: "The interaction on the timeline; of a DUPLICATE the first one's." })
  interactionId!: string | null;

  @Field(() => ID, { nullable: true, description: "The profile that holds it." })
  profileId!: string | null;
}

@ObjectType({ description: "What became of one record.", simpleResolvers: true })
export class RecordResult {
  @Field(() => String, { description: "The record's source, as it was sent." })
  source!: string;

  @Field(() => String, { description: "The record's key, as it was sent." })
  key!: string;

  @Field(() => WriteStatus, { description: "What became of it." })
  status!: WriteStatus;

  @Field(() => String, {
    nullable: true,
    description: "Of a REJECTED record: NO_SUBJECT, INVALID_TEXT, INVALID_JSON, TOO_LONG, INVALID_IDENTIFIER.",
  })
  code!: string | null;

  @Field(() => String, { nullable: true, description: "Of a REJECTED record: what to change." })
  message!: string | null;

  @Field(() => ID, { nullable: true, description: "The source record's id, a handle of its profile for ever." })
  recordId!: string | null;

  @Field(() => ID, { nullable: true, description: "The profile that holds it." })
  profileId!: string | null;
}
