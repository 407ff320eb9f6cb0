import { GraphQLResolveInfo } from "graphql";
import { Ctx, FieldResolver, Info, Resolver, Root } from "type-graphql";
import { Cursor } from "../graphql/cursor";
import { RequestContext } from "../graphql/request-context";
import { Profile } from "../profile/profile.type";
import { Change } from "./change.type";

@Resolver(() => Profile)
export class ProfileCursorResolver {
  /**
   * The profile's own cursor is as of its own reading: other parts of the operation may have been read before it. A
   * profile read in answer to a change may be newer than it; resuming from the change itself can leave nothing out. A
   * profile of the past has the cursor of its moment.
   */
  @FieldResolver(() => Cursor)
  cursor(@Root() profile: Profile, @Ctx() context: RequestContext, @Info() { rootValue }: GraphQLResolveInfo): string {
    const change = rootValue instanceof Change ? rootValue.cursor : null;
    return profile.past?.cursor ?? change ?? context.resumeFrom ?? profile.cursor;
  }
}
