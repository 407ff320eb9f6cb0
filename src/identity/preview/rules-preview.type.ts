import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionType } from "../../graphql/connection.type";
import { RulesDifference } from "../rules/rules-difference";
import { RulesChange } from "../rules/rules-input";
import { ExampleKind, PlacedExample } from "./preview-examples";
import { PreviewPhase } from "./preview-progress";

export const RulesExampleKindEnum: { readonly [K in ExampleKind]: K } = { JOINED: "JOINED", SPLIT: "SPLIT" };

registerEnumType(RulesExampleKindEnum, {
  name: "RulesExampleKind",
  description: "What other rules would do to profiles.",
  valuesConfig: {
    JOINED: { description: "They would become one." },
    SPLIT: { description: "One would come apart." },
  },
});

@ObjectType({ description: "One change that other rules would make." })
export class RulesExample {
  @Field(() => RulesExampleKindEnum, { description: "What would happen." })
  kind!: ExampleKind;

  @Field(() => [ID], {
    description:
      "Of JOINED the profiles as they are, the survivor first. Of SPLIT the profile, and the ids that its parts would have.",
  })
  profileIds!: readonly string[];

  @Field(() => [String], {
    description: "Why, in words for someone who serves the customer: up to five reasons of a change.",
  })
  reasons!: readonly string[];

  place!: PlacedExample["place"];
}

export const RulesExampleConnection = connectionType("RulesExample", () => RulesExample);

@ObjectType({ description: "What other rules would change on the tenant's data as it is." })
export class IdentityRulesPreview {
  @Field(() => Int, { description: "How many profiles would be absorbed by others." })
  joined!: number;

  @Field(() => Int, { description: "How many new profiles would come off others." })
  split!: number;

  @Field(() => Int, { description: "The number of records of the largest profile, as it would be." })
  largestProfile!: number;

  @Field(() => Int, { description: "How many records were looked at: all." })
  records!: number;

  /** What was asked, and what was found. */
  change!: RulesChange;
  difference!: RulesDifference;
}

export const PreviewPhaseEnum: { readonly [P in PreviewPhase]: P } = {
  WAITING: "WAITING",
  READING: "READING",
  DESCRIBING: "DESCRIBING",
  COMPARING: "COMPARING",
  RESOLVING: "RESOLVING",
  DONE: "DONE",
};

registerEnumType(PreviewPhaseEnum, {
  name: "PreviewPhase",
  description: "What a preview is at. The phases follow each other as they stand here.",
  valuesConfig: {
    WAITING: { description: "Another preview runs: there is one at a time on a server." },
    READING: { description: "The tenant's records are read, in one snapshot." },
    DESCRIBING: { description: "What the records say of their persons is read. Only where the rules compare persons." },
    COMPARING: { description: "Persons who may be alike are compared. Only where the rules compare persons." },
    RESOLVING: { description: "Who is who is decided, and compared with what is." },
    DONE: { description: "The answer is there." },
  },
});

@ObjectType({ description: "How far a preview is, and its answer at the end." })
export class IdentityRulesPreviewProgress {
  @Field(() => PreviewPhaseEnum, { description: "What it is at." })
  phase!: PreviewPhase;

  @Field(() => Int, { description: "How much of the phase is done, in records." })
  done!: number;

  @Field(() => Int, { description: "All that the phase has to do: the tenant's records. 0 while it waits." })
  total!: number;

  @Field(() => IdentityRulesPreview, { nullable: true, description: "The answer, with DONE; null before." })
  preview!: IdentityRulesPreview | null;
}
