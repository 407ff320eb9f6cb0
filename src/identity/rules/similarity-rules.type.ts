import { Field, Float, InputType, Int, ObjectType } from "type-graphql";
import { Json } from "../../graphql/json";
import { BLOCK_LIMIT_MAX } from "./rules-input";

const ENABLED =
  "Whether people without a common identifier are compared by names, birth dates, addresses and the like.";
const AUTO = "From this strength on two records join by themselves, in bits (the base-2 logarithm of the odds).";
const REVIEW = "From this strength on a pair is suggested to a person, in bits.";
const GUARD =
  "Join by itself only on positive personal evidence; and where names, birth dates or Jr and Sr clearly contradict, keep people apart also where they share an e-mail address or a telephone, and do not suggest them where it is known by more than the two records alike.";
const BRACKET =
  "The number of records that the thresholds are for, as the end of a bracket: 1000, 10000 and so on up to 100000000. Beyond 100000 the weakest index keys say more, too. Never a live count: see `outgrown`.";
const BLOCK_LIMIT = `Records are compared when they have an index key in common (such as name and year of birth) that no more records than this have: 1 to ${BLOCK_LIMIT_MAX}.`;
const WEIGHTS =
  "How often each level of agreement occurs between two records of one person (m) and of two people (u): what it adds is log2(m / u) bits (Fellegi and Sunter 1969). With ceilings in bits for what a household shares.";

@ObjectType({ description: "How people without a common identifier are compared." })
export class Similarity {
  @Field(() => Boolean, { description: ENABLED })
  enabled!: boolean;

  @Field(() => Float, { description: AUTO })
  autoThreshold!: number;

  @Field(() => Float, { description: REVIEW })
  reviewThreshold!: number;

  @Field(() => Boolean, { description: GUARD })
  guard!: boolean;

  @Field(() => Int, { description: BRACKET })
  recordBracket!: number;

  @Field(() => Int, { description: BLOCK_LIMIT })
  blockLimit!: number;

  @Field(() => Json, { description: WEIGHTS })
  weights!: unknown;
}

@ObjectType({
  description: "Thresholds for more records than the present ones are for: an offer to preview, and to set.",
})
export class SimilarityThresholds {
  @Field(() => Int, { description: BRACKET })
  recordBracket!: number;

  @Field(() => Float, { description: AUTO })
  autoThreshold!: number;

  @Field(() => Float, { description: REVIEW })
  reviewThreshold!: number;
}

@InputType({ description: "Changes how people are compared. What is left out keeps its present value." })
export class SimilarityInput {
  @Field(() => Boolean, { nullable: true, description: ENABLED })
  enabled?: boolean | null;

  @Field(() => Float, { nullable: true, description: AUTO })
  autoThreshold?: number | null;

  @Field(() => Float, { nullable: true, description: `${REVIEW} At most \`autoThreshold\`.` })
  reviewThreshold?: number | null;

  @Field(() => Boolean, { nullable: true, description: GUARD })
  guard?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: `${BRACKET} Setting it sets the thresholds that fit, unless they are given too. When similarity is switched on it follows the number of records, 10000 at least.`,
  })
  recordBracket?: number | null;

  @Field(() => Int, { nullable: true, description: BLOCK_LIMIT })
  blockLimit?: number | null;

  @Field(() => Json, { nullable: true, description: `${WEIGHTS} null gives the shipped ones back.` })
  weights?: unknown;
}
