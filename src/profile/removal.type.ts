import { Field, ObjectType } from "type-graphql";
import { Profile } from "./profile.type";

@ObjectType({
  description: "What taking a fact away did. refused says why it cannot be; then nothing has changed.",
})
export class RemovalResult {
  @Field(() => [Profile], {
    description: "The customers concerned as they are now, the oldest first; none when nobody is left.",
  })
  profiles!: readonly Profile[];

  @Field(() => String, { nullable: true, description: "Why it cannot be, for someone who serves customers." })
  refused!: string | null;
}
