import { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, ID, Info, Int, Query, Resolver, Root, Subscription } from "type-graphql";
import { Cursor } from "../graphql/cursor";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { Change, ChangePage } from "./change.type";
import { ChangeFilter, toFeedFilter } from "./change-filter.type";
import { DEFAULT_CHANGES_PAGE, LiveService } from "./live.service";
import { stillThere } from "./still-there";
import { Watch } from "./watch";

interface Opening<Arguments> {
  readonly args: Arguments;
  readonly context: RequestContext;
}

interface TenantArguments {
  readonly after?: string | null;
  readonly filter?: ChangeFilter | null;
}

const FILTER =
  "Which changes are wanted; all, if left out. With a filter a page may hold fewer than `first`, even none, and yet more may be there: ask on with `cursor` while `hasMore`.";

@Resolver()
export class ChangesResolver {
  @Query(() => ChangePage, {
    description: "The change feed of the tenant, oldest first, for integrations that poll.",
  })
  @Requires("READ")
  async changes(
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg("after", () => Cursor, {
      nullable: true,
      description: "The cursor after which the page begins; left out, it begins with the oldest change there is.",
    })
    after?: string | null,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_CHANGES_PAGE,
      description: "Changes of the page, up to 1,000.",
    })
    first?: number | null,
    @Arg("filter", () => ChangeFilter, { nullable: true, description: FILTER }) filter?: ChangeFilter | null,
  ): Promise<ChangePage> {
    const { tenantId } = context.viewer;
    const live = context.service(LiveService);
    const page = await live.listChanges(tenantId, after ?? null, first ?? null, toFeedFilter(filter));
    return { ...page, changes: await Promise.all(page.changes.map((change) => stillThere(change, context, info))) };
  }

  @Subscription(() => Change, {
    description:
      "Everything that happens to one customer, from `after` on without a gap or from now on. The watched id is followed: through a merge to the survivor, through a split to the half that holds it. Ends with CONSUMER_TOO_SLOW and the last cursor in `details` when changes are taken too slowly.",
    subscribe: (opening) => watchProfile(opening as unknown as Opening<{ profileId: string; after?: string | null }>),
  })
  @Requires("READ")
  profileChanges(
    @Root() change: Change,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg("profileId", () => ID, { description: "Any id the customer ever had." }) _profileId: string,
    @Arg("after", () => Cursor, { nullable: true, description: "The cursor after which the changes begin." })
    _after?: string | null,
  ): Promise<Change> {
    return stillThere(change, context, info);
  }

  @Subscription(() => Change, {
    name: "changes",
    description:
      "The tenant's feed, live. At least once, in cursor order. Ends with CONSUMER_TOO_SLOW and the last cursor in `details` when changes are taken too slowly.",
    subscribe: (opening) => watchTenant(opening as unknown as Opening<TenantArguments>),
  })
  @Requires("READ")
  liveChanges(
    @Root() change: Change,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg("after", () => Cursor, { nullable: true, description: "The cursor after which the changes begin." })
    _after?: string | null,
    @Arg("filter", () => ChangeFilter, { nullable: true, description: "Which changes are wanted; all, if left out." })
    _filter?: ChangeFilter | null,
  ): Promise<Change> {
    return stillThere(change, context, info);
  }
}

function watchProfile({ args, context }: Opening<{ profileId: string; after?: string | null }>): Promise<Watch> {
  return context.service(LiveService).watchProfile(context.viewer.tenantId, args.profileId, args.after ?? null);
}

function watchTenant({ args, context }: Opening<TenantArguments>): Promise<Watch> {
  const { tenantId } = context.viewer;
  return context.service(LiveService).watchTenant(tenantId, args.after ?? null, toFeedFilter(args.filter));
}
