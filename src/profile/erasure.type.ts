import { Field, ID, Int, ObjectType } from "type-graphql";
import { Instant } from "../db/column-types";
import { DateTime } from "../graphql/date-time";

@ObjectType({ description: "What was removed of a person, by kind. It holds nothing of the person itself." })
export class ErasureReceipt {
  @Field(() => ID, { description: "The erasure, as it is noted for whoever has to prove it." })
  id!: string;

  @Field(() => ID, { description: "The id that the customer had." })
  profileId!: string;

  @Field(() => DateTime, { description: "When it was done." })
  at!: Instant;

  @Field(() => Int, { description: "Source records." })
  records!: number;

  @Field(() => Int, { description: "Identifiers, counted by record, those of the past among them." })
  identifiers!: number;

  @Field(() => Int, { description: "Values of attributes, counted by record, those of the past among them." })
  attributes!: number;

  @Field(() => Int, { description: "Interactions, notes among them." })
  interactions!: number;

  @Field(() => Int, { description: "Entries of the change feed that now only say that the customer was erased." })
  feedEntries!: number;

  @Field(() => Int, { description: "Entries of histories that are gone, or tell nothing of the customer any more." })
  historyEntries!: number;

  @Field(() => Int, { description: "Rulings that named one of the records. Those that then say nothing are gone." })
  rulings!: number;

  @Field(() => Int, { description: "Words by which the customer was found, counted by record." })
  searchTokens!: number;

  @Field(() => Int, { description: "Pairs with other records that were found alike, whether suggested or joined." })
  suggestions!: number;
}
