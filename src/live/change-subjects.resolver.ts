import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { DomainError } from "../errors";
import { RequestContext } from "../graphql/request-context";
import { ProfileService } from "../profile/profile.service";
import { Profile } from "../profile/profile.type";
import { Interaction } from "../timeline/interaction.type";
import { TimelineService } from "../timeline/timeline.service";
import { Change, InteractionAdded, ProfileSplit, ProfilesMerged, ProfileUpdated } from "./change.type";

@Resolver(() => InteractionAdded)
export class InteractionAddedResolver {
  @FieldResolver(() => Interaction, { description: "What happened." })
  async interaction(@Root() change: InteractionAdded, @Ctx() context: RequestContext): Promise<Interaction> {
    const found = await context.service(TimelineService).interactionOf(context, change.interactionId);
    if (found === undefined) throw new DomainError("NOT_FOUND", "The interaction is no longer there.");
    return found;
  }
}

@Resolver(() => ProfileUpdated)
export class ProfileUpdatedResolver {
  @FieldResolver(() => Profile, { description: "The customer, as of now." })
  profile(@Root() change: ProfileUpdated, @Ctx() context: RequestContext): Promise<Profile> {
    return profileOf(change, context);
  }
}

@Resolver(() => ProfilesMerged)
export class ProfilesMergedResolver {
  @FieldResolver(() => Profile, { description: "The survivor, as of now." })
  profile(@Root() change: ProfilesMerged, @Ctx() context: RequestContext): Promise<Profile> {
    return profileOf(change, context);
  }
}

@Resolver(() => ProfileSplit)
export class ProfileSplitResolver {
  @FieldResolver(() => Profile, { description: "The half that keeps the id, as of now." })
  profile(@Root() change: ProfileSplit, @Ctx() context: RequestContext): Promise<Profile> {
    return profileOf(change, context);
  }
}

/** The profile that a change names, or the one that its id leads to by now. */
function profileOf({ profileId }: Change, context: RequestContext): Promise<Profile> {
  return context.service(ProfileService).getById(context, profileId);
}
