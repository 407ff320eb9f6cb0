import { Field, ID, ObjectType } from "type-graphql";

@ObjectType({ description: "A source record, by the key it has in its source.", simpleResolvers: true })
export class RecordKey {
  @Field(() => ID, { description: "The source record's id, a handle of its profile for ever." })
  recordId!: string;

  @Field(() => String, { description: "The person's id in the source." })
  key!: string;
}

@ObjectType({ description: "Up to 1,000 records of a source, in the order of their keys.", simpleResolvers: true })
export class RecordKeyPage {
  @Field(() => [RecordKey], { description: "The records behind `after`." })
  records!: readonly RecordKey[];

  @Field(() => Boolean, { description: "Whether there are more; ask again with the last key as `after`." })
  hasMore!: boolean;
}
