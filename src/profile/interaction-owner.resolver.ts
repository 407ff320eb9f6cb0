import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Interaction } from "../timeline/interaction.type";
import { ProfileService } from "./profile.service";
import { Profile, SourceRecord } from "./profile.type";

/** Whose an interaction is: asked of the record it belongs to, so that a merge shows at once and moves nothing. */
@Resolver(() => Interaction)
export class InteractionOwnerResolver {
  @FieldResolver(() => SourceRecord, { description: "The source record it belongs to." })
  record(@Root() interaction: Interaction, @Ctx() context: RequestContext): Promise<SourceRecord> {
    return context.service(ProfileService).getRecord(context, interaction.recordId);
  }

  @FieldResolver(() => Profile, { description: "The customer whose interaction it is, as of now." })
  profile(@Root() interaction: Interaction, @Ctx() context: RequestContext): Promise<Profile> {
    return context.service(ProfileService).getById(context, interaction.recordId);
  }
}
