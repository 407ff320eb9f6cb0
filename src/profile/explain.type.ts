import { Field, ObjectType } from "type-graphql";
import { Evidence } from "./evidence.type";

@ObjectType({ description: "Why two are, or are not, the same customer, as the facts say it at this moment." })
export class Explanation {
  @Field(() => Boolean, { description: "Whether they are the same customer." })
  same!: boolean;

  @Field(() => [Evidence], {
    description:
      "The strongest chain that joins the two, from `a` to `b`: of all chains the one whose weakest step is strongest, of those the shortest. Empty when they are apart, and between a record and itself.",
  })
  path!: readonly Evidence[];

  @Field(() => Evidence, {
    nullable: true,
    description: "The step of the path that would hurt most to be wrong about; null without a path.",
  })
  weakest!: Evidence | null;

  @Field(() => [Evidence], {
    description:
      "What kept them, or would keep them, apart, the gravest first; of one customer, what was overridden. Empty as well when two that are apart have nothing in common.",
  })
  against!: readonly Evidence[];
}
