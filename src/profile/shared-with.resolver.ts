import { Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Identifier } from "./profile.type";
import { SharedWithService } from "./shared-with.service";

@Resolver(() => Identifier)
export class SharedWithResolver {
  @FieldResolver(() => Int, {
    description:
      "How many other customers carry it now, by any record and with any assurance; counted up to 100. Not 0: two people use this number, or it does not tell which of them this is.",
  })
  sharedWith(@Root() identifier: Identifier, @Ctx() context: RequestContext): Promise<number> {
    return context.service(SharedWithService).othersWith(context, identifier);
  }
}
