import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { Connection } from "../graphql/connection.type";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { IdentifierInput } from "../identity/identifier-input.type";
import { Decision } from "../identity/resolve/decision";
import { RulingService } from "../identity/rulings/ruling.service";
import { EvidenceService } from "./evidence.service";
import { SourceRecord } from "./profile.type";
import { RuledIdentifier, Ruling, RulingConnection, RulingResult } from "./ruling.type";
import { DEFAULT_RULINGS_PAGE, RulingAnswerService } from "./ruling-answer.service";

const REASON = "Why, for whoever looks at it later; up to 2,000 characters. It is kept for ever.";

@Resolver(() => Ruling)
export class RulingsResolver {
  @Mutation(() => RulingResult, {
    description:
      "A person rules that these are one customer: all records that the customers have now, and whatever joins these later. It overrides every rule, and earlier rulings. Refused: ids that lead nowhere, and ids of one and the same customer. ADMIN and AGENT keys.",
  })
  @Requires("RULE")
  async mergeProfiles(
    @Ctx() context: RequestContext,
    @Arg("ids", () => [ID], { description: "Any ids of the customers; up to 500." }) ids: string[],
    @Arg("reason", () => String, { description: REASON }) reason: string,
  ): Promise<RulingResult> {
    const outcome = await context.service(RulingService).merge(by(context, reason), ids);
    return context.service(RulingAnswerService).answer(context, outcome);
  }

  @Mutation(() => RulingResult, {
    description:
      "A person rules that these records are not the same customer as the rest of the profile. More than two profiles may result: all are listed. Refused: records that are not in the profile, and a split that leaves nothing behind. ADMIN and AGENT keys.",
  })
  @Requires("RULE")
  async splitProfile(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "Any id of the customer." }) id: string,
    @Arg("recordIds", () => [ID], { description: "The records to set apart; up to 500." }) recordIds: string[],
    @Arg("reason", () => String, { description: REASON }) reason: string,
  ): Promise<RulingResult> {
    const outcome = await context.service(RulingService).split(by(context, reason), id, recordIds);
    return context.service(RulingAnswerService).answer(context, outcome);
  }

  @Mutation(() => RulingResult, {
    description:
      "A person rules that several people use this identifier, as a family's telephone or the address of an office: from then on it joins nobody, and what it alone had joined falls apart. It stays visible on everybody who carries it, as `shared`. Refused: an identifier that nobody carries, a placeholder, and one of which this was decided before. ADMIN and AGENT keys.",
  })
  @Requires("RULE")
  async markShared(
    @Ctx() context: RequestContext,
    @Arg("identifier", () => IdentifierInput, {
      description: "The identifier, in any spelling. Its assurance says nothing here.",
    })
    identifier: IdentifierInput,
    @Arg("reason", () => String, { description: REASON }) reason: string,
  ): Promise<RulingResult> {
    const { kind, value, namespace = null } = identifier;
    const outcome = await context.service(RulingService).share(by(context, reason), { kind, value, namespace });
    return context.service(RulingAnswerService).answer(context, outcome);
  }

  @Mutation(() => RulingResult, {
    description:
      "Takes a ruling back: what the facts alone say holds again, exactly. Refused: a ruling that does not exist, or was taken back before. ADMIN and AGENT keys.",
  })
  @Requires("RULE")
  async revokeRuling(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The ruling." }) id: string,
  ): Promise<RulingResult> {
    const outcome = await context.service(RulingService).revoke(by(context, null), id);
    return context.service(RulingAnswerService).answer(context, outcome);
  }

  @Query(() => RulingConnection, {
    description: "What people decided, newest first, revoked rulings among it. All roles but PUBLIC.",
  })
  @Requires("READ")
  rulings(
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_RULINGS_PAGE,
      description: "Rulings of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
  ): Promise<Connection<Ruling>> {
    return context.service(RulingAnswerService).list(context, first, after);
  }

  @FieldResolver(() => [[ID]], {
    description:
      "The ids of the records that it names: of SAME one list; of DIFFERENT two, set apart from each other; of SHARED none.",
  })
  sides(@Root() { id }: Ruling, @Ctx() context: RequestContext): Promise<string[][]> {
    return context.service(RulingAnswerService).sidesOf(context, id);
  }

  @FieldResolver(() => RuledIdentifier, {
    nullable: true,
    description: "Of SHARED the identifier that several people use; otherwise null.",
  })
  identifier(@Root() { id, kind }: Ruling, @Ctx() context: RequestContext): Promise<RuledIdentifier | null> {
    return context.service(RulingAnswerService).identifierOf(context, { id, kind });
  }

  @FieldResolver(() => [SourceRecord], {
    description: "The records that it names, as they are now, the oldest first; those that were removed are left out.",
  })
  async records(@Root() { id }: Ruling, @Ctx() context: RequestContext): Promise<readonly SourceRecord[]> {
    const sides = await context.service(RulingAnswerService).sidesOf(context, id);
    return context.service(EvidenceService).listRecords(context, sides.flat());
  }
}

function by({ viewer }: RequestContext, reason: string | null): Decision {
  return { tenantId: viewer.tenantId, actor: viewer.actor, reason };
}
