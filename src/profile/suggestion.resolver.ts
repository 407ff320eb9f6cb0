import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { Connection } from "../graphql/connection.type";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { Decision } from "../identity/resolve/decision";
import { Evidence } from "./evidence.type";
import { ProfileService } from "./profile.service";
import { Profile } from "./profile.type";
import { RulingResult } from "./ruling.type";
import { RulingAnswerService } from "./ruling-answer.service";
import { DEFAULT_SUGGESTIONS_PAGE, SuggestionService } from "./suggestion.service";
import { MatchSuggestion, MatchSuggestionConnection } from "./suggestion.type";

const REASON = "Why, for whoever looks at it later; up to 2,000 characters. It is kept for ever.";

@Resolver(() => MatchSuggestion)
export class SuggestionResolver {
  @Query(() => MatchSuggestionConnection, {
    description:
      "Pairs that may be one customer but are not joined by themselves; strongest first, by whole bits, and within one bit the most valuable first: those of customers who were in contact most, and last (twice the interactions count for as much as half a year). Of more than 500 of one bit the 500 strongest are put in order so, then the next. Empty while the rules do not compare persons (similarity). When one begins or ends, the feed tells of both customers: as updated, or by the merge or split that led to it. Switching the comparing of persons off ends all at once, and is told by the rules alone. All roles but PUBLIC.",
  })
  @Requires("READ")
  matchSuggestions(
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_SUGGESTIONS_PAGE,
      description: "Suggestions of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
  ): Promise<Connection<MatchSuggestion>> {
    return context.service(SuggestionService).list(context, first, after);
  }

  @Mutation(() => RulingResult, {
    description:
      "A person rules that the two of the suggestion are one customer. Refused when the suggestion is gone. ADMIN and AGENT keys.",
  })
  @Requires("RULE")
  async acceptSuggestion(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The suggestion." }) id: string,
    @Arg("reason", () => String, { nullable: true, description: REASON }) reason?: string | null,
  ): Promise<RulingResult> {
    const outcome = await context.service(SuggestionService).accept(context, by(context, reason), id);
    return context.service(RulingAnswerService).answer(context, outcome);
  }

  @Mutation(() => RulingResult, {
    description:
      "A person rules that the two of the suggestion are different customers. The pair does not come back by itself. Refused when the suggestion is gone. ADMIN and AGENT keys.",
  })
  @Requires("RULE")
  async rejectSuggestion(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The suggestion." }) id: string,
    @Arg("reason", () => String, { nullable: true, description: REASON }) reason?: string | null,
  ): Promise<RulingResult> {
    const outcome = await context.service(SuggestionService).reject(context, by(context, reason), id);
    return context.service(RulingAnswerService).answer(context, outcome);
  }

  @FieldResolver(() => Profile, { description: "The customer who holds the older of the two records." })
  a(@Root() { pair }: MatchSuggestion, @Ctx() context: RequestContext): Promise<Profile> {
    return context.service(ProfileService).getById(context, pair.profileA);
  }

  @FieldResolver(() => Profile, { description: "The customer who holds the younger of the two records." })
  b(@Root() { pair }: MatchSuggestion, @Ctx() context: RequestContext): Promise<Profile> {
    return context.service(ProfileService).getById(context, pair.profileB);
  }

  @FieldResolver(() => [Evidence], { description: "How alike the two are, attribute by attribute." })
  evidence(@Root() suggestion: MatchSuggestion, @Ctx() context: RequestContext): Promise<readonly Evidence[]> {
    return context.service(SuggestionService).evidenceOf(context, suggestion);
  }
}

function by({ viewer }: RequestContext, reason: string | null | undefined): Decision {
  return { tenantId: viewer.tenantId, actor: viewer.actor, reason: reason ?? null };
}
