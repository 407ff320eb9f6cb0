import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import { Instant } from "../db/column-types";
import { Connection } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { IdentifierInput } from "../identity/identifier-input.type";
import { AsOfTimelineService } from "../timeline/as-of-timeline.service";
import { Interaction, InteractionConnection } from "../timeline/interaction.type";
import { DEFAULT_TIMELINE_PAGE, TimelineService } from "../timeline/timeline.service";
import { TimelineFilter } from "../timeline/timeline-filter.type";
import { AsOfService } from "./as-of.service";
import { ProfileService } from "./profile.service";
import { Profile, ProfileConnection } from "./profile.type";
import { DEFAULT_PROFILES_PAGE, ProfileListService } from "./profile-list.service";

@Resolver(() => Profile)
export class ProfileResolver {
  @Query(() => Profile, {
    nullable: true,
    description:
      "By any id the customer ever had, or by any identifier: give one of the two. Null when unknown. Of several holders of an identifier the one with the highest assurance answers, then the oldest: a CLAIMED holder never hides a trusted one. asOf answers with the customer as the system knew it at that moment.",
  })
  @Requires("READ")
  async profile(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Any id the customer ever had." }) id?: string | null,
    @Arg("identifier", () => IdentifierInput, {
      nullable: true,
      description: "Any identifier of the customer; it is normalized as those that are sent. Its assurance is ignored.",
    })
    identifier?: IdentifierInput | null,
    @Arg("asOf", () => DateTime, {
      nullable: true,
      description:
        "A moment of the past: the profile, its records, identifiers, attributes, channels and timeline as they were known then; null when the id led nowhere then. What was removed or erased since is gone from the past as well. When a value was first and last given is told as known since; when a customer or a record was seen, by the interactions of then; what is asked of an interaction's record or customer, sharedWith and bridges are as of now.",
    })
    asOf?: Instant | null,
  ): Promise<Profile | null> {
    if (typeof asOf === "string") return context.service(AsOfService).find(context, { id, identifier }, asOf);
    return context.service(ProfileService).find(context, { id, identifier });
  }

  @Query(() => ProfileConnection, {
    description:
      "Search by name, identifier or attribute; best match first. Every word must be found, by its beginning at least. Without a query: the most recently seen first.",
  })
  @Requires("READ")
  async profiles(
    @Ctx() context: RequestContext,
    @Arg("query", () => String, { nullable: true, description: "What to look for; up to eight words count." })
    query?: string | null,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_PROFILES_PAGE,
      description: "Profiles of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
  ): Promise<Connection<Profile>> {
    return context.service(ProfileListService).list(context, { query, first, after });
  }

  @FieldResolver(() => InteractionConnection, { description: "What happened with the customer. Newest first." })
  timeline(
    @Root() profile: Profile,
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_TIMELINE_PAGE,
      description: "Interactions of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
    @Arg("filter", () => TimelineFilter, { nullable: true, description: "What of the timeline is wanted." })
    filter?: TimelineFilter | null,
  ): Promise<Connection<Interaction>> {
    const { handle, past } = profile;
    if (past === undefined)
      return context.service(TimelineService).timelineOf(context, handle, { first, after, filter });
    const { recordIds, moment } = past;
    return context.service(AsOfTimelineService).timelineOf(context, recordIds, moment.at, { first, after, filter });
  }
}
