import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Cursor } from "../graphql/cursor";
import { RequestContext } from "../graphql/request-context";
import { Profile } from "../profile/profile.type";

@Resolver(() => Profile)
export class ProfileCursorResolver {
  /**
   * The profile's own cursor is as of its own reading: other parts of the operation may have been read before it. A
   * profile of the past has the cursor of its moment.
   */
  @FieldResolver(() => Cursor)
  cursor(@Root() profile: Profile, @Ctx() context: RequestContext): string {
    return profile.past?.cursor ?? context.resumeFrom ?? profile.cursor;
  }
}
