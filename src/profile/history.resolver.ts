import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import { Connection } from "../graphql/connection.type";
import { RequestContext } from "../graphql/request-context";
import { Evidence } from "./evidence.type";
import { DEFAULT_HISTORY_PAGE, HistoryService } from "./history.service";
import { IdentityEvent, IdentityEventConnection } from "./history.type";
import { Profile } from "./profile.type";

@Resolver(() => Profile)
export class HistoryResolver {
  @FieldResolver(() => IdentityEventConnection, {
    description:
      "How this customer came to be one: merges, splits and rulings that concern any of its ids, newest first.",
  })
  history(
    @Root() { handle, past }: Profile,
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_HISTORY_PAGE,
      description: "Entries of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
  ): Promise<Connection<IdentityEvent>> {
    return context.service(HistoryService).historyOf(context, { handle, past }, first, after);
  }
}

@Resolver(() => IdentityEvent)
export class IdentityEventResolver {
  @FieldResolver(() => [Evidence], {
    description:
      "What it rested on then, told with what is known now; up to 100 pieces. Left out is what speaks of a record that was removed since.",
  })
  evidence(@Root() event: IdentityEvent, @Ctx() context: RequestContext): Promise<readonly Evidence[]> {
    return context.service(HistoryService).evidenceOf(context, event);
  }
}
