import { Field, Float, Int, ObjectType } from "type-graphql";
import { Json } from "../../graphql/json";

@ObjectType({ description: "What one level of agreement was worth, and would be." })
export class WeightChange {
  @Field(() => String, { description: "What is compared, such as `birthDate`." })
  attribute!: string;

  @Field(() => String, { description: "How alike, such as `EXACT`." })
  level!: string;

  @Field(() => Float, { description: "What it adds to the strength by the shipped weights, in bits." })
  bitsBefore!: number;

  @Field(() => Float, { description: "What it adds by the learned ones, in bits." })
  bitsAfter!: number;
}

@ObjectType({ description: "Weights learned from the tenant's own records. An offer: nothing was saved." })
export class LearnedWeights {
  @Field(() => Json, { description: "The weights, as the input of the rules takes them." })
  weights!: unknown;

  @Field(() => Int, { description: "How many records they were learned from." })
  records!: number;

  @Field(() => Int, { description: "How many pairs of records were compared." })
  pairs!: number;

  @Field(() => Float, { description: "The share of those pairs that are held to be of one person, 0 to 1." })
  matches!: number;

  @Field(() => Int, { description: "Rounds of learning until the shares stood still." })
  rounds!: number;

  @Field(() => [WeightChange], { description: "Every level whose worth changes by a tenth of a bit or more." })
  changes!: readonly WeightChange[];
}
