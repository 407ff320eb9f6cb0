import DataLoader from "dataloader";
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { ExplainService } from "../identity/explain/explain.service";
import { ToldEvidence } from "../identity/explain/explain-told";
import { Evidence } from "./evidence.type";
import { Explanation } from "./explain.type";
import { Profile } from "./profile.type";

@Resolver(() => Profile)
export class ExplainResolver {
  @Query(() => Explanation, {
    description:
      "Why these two are, or are not, the same customer. NOT_FOUND when one of the ids leads nowhere. All roles but PUBLIC.",
  })
  @Requires("READ")
  explain(
    @Ctx() context: RequestContext,
    @Arg("a", () => ID, { description: "Any id of a profile or of a record." }) a: string,
    @Arg("b", () => ID, { description: "Any id of a profile or of a record." }) b: string,
  ): Promise<Explanation> {
    return context.service(ExplainService).explain(context.viewer.tenantId, a, b);
  }

  @FieldResolver(() => [Evidence], {
    description:
      "The joins on which this customer hangs, weakest first: without any one of these identifiers or rulings, the two records it names would no longer be one customer. Taking an identifier away means that it joins nobody any more. As of now, also on a profile of the past.",
  })
  bridges(@Root() { handle }: Profile, @Ctx() context: RequestContext): Promise<readonly Evidence[]> {
    return bridges(context).load(handle);
  }
}

function bridges(context: RequestContext): DataLoader<string, ToldEvidence[]> {
  const { tenantId } = context.viewer;
  const make = () =>
    new DataLoader<string, ToldEvidence[]>((ids) => context.service(ExplainService).bridgesOf(tenantId, ids));
  return context.loader("profile.bridges", make);
}
