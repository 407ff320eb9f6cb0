import { Field, Float, ID, ObjectType } from "type-graphql";
import { connectionType } from "../graphql/connection.type";
import { ListedSuggestion } from "./listed-suggestion";

@ObjectType({ description: "Two customers who may be one, but are not joined by themselves. A person decides." })
export class MatchSuggestion {
  @Field(() => ID, {
    description: "For acceptSuggestion and rejectSuggestion; the same for as long as the two records are compared.",
  })
  id!: string;

  @Field(() => Float, {
    description: "How alike the two most alike records of the two are, in bits (the base-2 logarithm of the odds).",
  })
  strength!: number;

  pair!: ListedSuggestion;
}

export const MatchSuggestionConnection = connectionType("MatchSuggestion", () => MatchSuggestion);
