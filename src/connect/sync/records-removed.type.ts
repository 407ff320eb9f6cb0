import { Field, Int, ObjectType } from "type-graphql";

@ObjectType({ description: "What became of records that their source holds no longer." })
export class RecordsRemovedResult {
  @Field(() => Int, { description: "Records that went. Those that were not there do not count." })
  removed!: number;

  @Field(() => [String], {
    description: "Keys of records that stay, because their source said something of them after the moment.",
  })
  kept!: readonly string[];
}
