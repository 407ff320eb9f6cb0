import { Arg, Ctx, ID, Mutation, Resolver } from "type-graphql";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { IdentifierKind } from "../identity/identifier-kind";
import { IdentifierKindEnum } from "../identity/identifier-kind.type";
import { Decision } from "../identity/resolve/decision";
import { ProfileService } from "./profile.service";
import { RemovalOutcome, RemovalService } from "./removal.service";
import { RemovalResult } from "./removal.type";

const REASON = "Why, for whoever looks at it later; up to 2,000 characters. It is kept in the history.";

@Resolver()
export class RemovalResolver {
  @Mutation(() => RemovalResult, {
    description:
      "Takes an identifier away from a record, as of a telephone number that moved to somebody else: what it alone had joined falls apart. A source that gives it again brings it back. Refused: a record or an identifier that is not there. OPERATOR, ADMIN and AGENT.",
  })
  @Requires("RULE")
  async detachIdentifier(
    @Ctx() context: RequestContext,
    @Arg("recordId", () => ID, { description: "The source record that carries it." }) recordId: string,
    @Arg("kind", () => IdentifierKindEnum, { description: "What kind of value it is." }) kind: IdentifierKind,
    @Arg("value", () => String, { description: "The value, in any spelling." }) value: string,
    @Arg("namespace", () => String, { nullable: true, description: "Whose ids they are, for kinds that need it." })
    namespace: string | null | undefined,
    @Arg("reason", () => String, { description: REASON }) reason: string,
  ): Promise<RemovalResult> {
    const text = { kind, value, namespace: namespace ?? null };
    return answer(context, await context.service(RemovalService).detachIdentifier(by(context, reason), recordId, text));
  }

  @Mutation(() => RemovalResult, {
    description:
      "Takes a source record away for good, with its interactions and all that was known of it, as of an import gone wrong: what it had joined falls apart. Its id goes on to lead to the customer that held it. What its source sends of this person afterwards begins a new record. Refused: a record that is not there. OPERATOR and ADMIN.",
  })
  @Requires("ERASE")
  async removeRecord(
    @Ctx() context: RequestContext,
    @Arg("recordId", () => ID, { description: "The source record." }) recordId: string,
    @Arg("reason", () => String, { description: REASON }) reason: string,
  ): Promise<RemovalResult> {
    return answer(context, await context.service(RemovalService).removeRecord(by(context, reason), recordId));
  }
}

function by({ viewer }: RequestContext, reason: string): Decision {
  return { tenantId: viewer.tenantId, actor: viewer.actor, reason };
}

/** The customers are read anew: what the operation read before says how they were then. */
async function answer(context: RequestContext, outcome: RemovalOutcome): Promise<RemovalResult> {
  if ("refused" in outcome) return { profiles: [], refused: outcome.refused };
  const now = context.fresh();
  const profiles = await Promise.all(outcome.profileIds.map((id) => context.service(ProfileService).getById(now, id)));
  return { profiles, refused: null };
}
