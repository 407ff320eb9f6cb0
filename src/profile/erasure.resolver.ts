import { Arg, Ctx, ID, Mutation, Resolver } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { ErasureService } from "./erasure.service";
import { ErasureReceipt } from "./erasure.type";

@Resolver()
export class ErasureResolver {
  @Mutation(() => ErasureReceipt, {
    description:
      "Removes a person everywhere, for good: records, identifiers, attributes and interactions with all their past, and every word about them in the feed, in histories and rulings. An event that was taken before is a duplicate for ever; a later one with the same identifiers begins a new customer. What others shared with the person is resolved again. NOT_FOUND for an unknown profile. OPERATOR and ADMIN.",
  })
  @Requires("ERASE")
  eraseProfile(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "Any id of the customer." }) id: string,
    @Arg("reason", () => String, {
      description:
        "Why, such as the number of the request; up to 2,000 characters. It is kept with the receipt, so it must not name the person.",
    })
    reason: string,
  ): Promise<ErasureReceipt> {
    const { tenantId, actor } = context.viewer;
    return context.service(ErasureService).erase({ tenantId, actor, reason }, id);
  }
}
