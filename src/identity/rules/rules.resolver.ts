import { Arg, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { IdentityRules, IdentityRulesInput } from "./rules.type";
import { RulesSettingService } from "./rules-setting.service";
import { toldRules } from "./rules-told";

@Resolver()
export class RulesResolver {
  @Query(() => IdentityRules, { description: "The rules in force. All roles but PUBLIC." })
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
}
