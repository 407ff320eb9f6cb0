import { Ctx, FieldResolver, Query, Resolver } from "type-graphql";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { RulesSettingService } from "../rules/rules-setting.service";
import { Similarity, SimilarityThresholds } from "../rules/similarity-rules.type";
import { LearnWeightsService } from "./learn-weights.service";
import { LearnedWeights } from "./learned-weights.type";

@Resolver(() => Similarity)
export class SimilarityResolver {
  @FieldResolver(() => SimilarityThresholds, {
    nullable: true,
    description:
      "Thresholds for the number of records that there are, where the present ones are for fewer: the more records, the more of them are alike by chance. Preview them with previewIdentityRules, then set them. Null where they fit, or nothing is compared.",
  })
  outgrown(@Ctx() context: RequestContext): Promise<SimilarityThresholds | null> {
    return context.service(RulesSettingService).outgrown(context.viewer.tenantId);
  }

  @Query(() => LearnedWeights, {
    description:
      "Weights learned from the tenant's own records without anybody labelling them (expectation-maximization, Winkler 1988), from 30,000 records at most. Writes nothing: preview them with previewIdentityRules, and set them with setIdentityRules if they do better than the shipped ones. ADMIN and OPERATOR.",
  })
  @Requires("SET_RULES")
  learnedWeights(@Ctx() context: RequestContext): Promise<LearnedWeights> {
    return context.service(LearnWeightsService).learn(context.viewer.tenantId);
  }
}
