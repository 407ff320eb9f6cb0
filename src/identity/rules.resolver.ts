import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { IdentityRules, IdentityRulesInput, IdentityRulesPreview, RulesExample } from "./rules.type";
import { RulesPreviewService } from "./rules-preview.service";
import { RulesSettingService } from "./rules-setting.service";
import { evenly, toldRules } from "./rules-told";

const DEFAULT_EXAMPLES = 20;

@Resolver(() => IdentityRulesPreview)
export class RulesResolver {
  @Query(() => IdentityRules, { description: "The rules in force." })
  @Requires("READ")
  async identityRules(@Ctx() context: RequestContext): Promise<IdentityRules> {
    return toldRules(await context.service(RulesSettingService).inForce(context.viewer.tenantId));
  }

  @Mutation(() => IdentityRules, {
    description:
      "A new version of the tenant's rules. From its return every write uses it; what it changes in existing data is applied in the background and shows in the feed. What cannot stand is refused (BAD_USER_INPUT, with the field's name), and nothing changes. ADMIN and OPERATOR.",
  })
  @Requires("SET_RULES")
  async setIdentityRules(
    @Ctx() context: RequestContext,
    @Arg("rules", () => IdentityRulesInput, { description: "What to change." }) rules: IdentityRulesInput,
  ): Promise<IdentityRules> {
    return toldRules(await context.service(RulesSettingService).set(context.viewer, rules));
  }

  @Query(() => IdentityRulesPreview, {
    description:
      "What other rules would change on the tenant's real data: everything is resolved anew by them, which takes about a minute for 300,000 records. Writes nothing. ADMIN and OPERATOR.",
  })
  @Requires("SET_RULES")
  async previewIdentityRules(
    @Ctx() context: RequestContext,
    @Arg("rules", () => IdentityRulesInput, { description: "What to change of the rules in force." })
    rules: IdentityRulesInput,
  ): Promise<IdentityRulesPreview> {
    const { examples, ...counts } = await context.service(RulesPreviewService).preview(context.viewer.tenantId, rules);
    return Object.assign(new IdentityRulesPreview(), counts, { allExamples: examples });
  }

  @FieldResolver(() => [RulesExample], {
    description: "Some of the changes one by one, joins before splits.",
  })
  examples(
    @Root() preview: IdentityRulesPreview,
    @Arg("first", () => Int, { nullable: true, defaultValue: DEFAULT_EXAMPLES, description: "How many, up to 100." })
    first?: number | null,
  ): RulesExample[] {
    return evenly(preview.allExamples, pageSize(first, DEFAULT_EXAMPLES));
  }
}
