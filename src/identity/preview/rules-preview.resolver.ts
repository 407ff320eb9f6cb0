import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root, Subscription } from "type-graphql";
import { Connection, toConnection } from "../../graphql/connection.type";
import { pageSize } from "../../graphql/page-size";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { IdentityRulesInput } from "../rules/rules.type";
import { RulesDifference } from "../rules/rules-difference";
import { decodeExamplePlace, ExampleKind, encodeExamplePlace } from "./preview-examples";
import { PREVIEWS_A_TENANT } from "./preview-queue";
import { PreviewEvent, PreviewStream } from "./preview-stream";
import { RulesPreviewService } from "./rules-preview.service";
import {
  IdentityRulesPreview,
  IdentityRulesPreviewProgress,
  RulesExample,
  RulesExampleConnection,
  RulesExampleKindEnum,
} from "./rules-preview.type";

const DEFAULT_EXAMPLES = 20;
const CHANGE = "What to change of the rules in force.";
const BOUNDS = `Writes nothing. One runs at a time on a server; of one tenant up to ${PREVIEWS_A_TENANT} may run or wait there, one more is LIMIT_EXCEEDED. ADMIN and OPERATOR.`;

interface Opening {
  readonly args: { readonly rules: IdentityRulesInput };
  readonly context: RequestContext;
}

@Resolver(() => IdentityRulesPreview)
export class RulesPreviewResolver {
  @Query(() => IdentityRulesPreview, {
    description: `What other rules would change on the tenant's real data: everything is resolved anew by them, which takes about a minute for 300,000 records. The subscription identityRulesPreview tells meanwhile how far it is. ${BOUNDS}`,
  })
  @Requires("SET_RULES")
  async previewIdentityRules(
    @Ctx() context: RequestContext,
    @Arg("rules", () => IdentityRulesInput, { description: CHANGE }) rules: IdentityRulesInput,
  ): Promise<IdentityRulesPreview> {
    const service = context.service(RulesPreviewService);
    return toldPreview(rules, await service.preview(context.viewer.tenantId, rules));
  }

  @Subscription(() => IdentityRulesPreviewProgress, {
    description: `What previewIdentityRules answers, with how far it is: a hundred events a phase at most, the answer with the last. Ending the subscription ends the preview. ${BOUNDS}`,
    subscribe: (opening) => watchPreview(opening as unknown as Opening),
  })
  @Requires("SET_RULES")
  identityRulesPreview(
    @Root() { difference, ...progress }: PreviewEvent,
    @Arg("rules", () => IdentityRulesInput, { description: CHANGE }) rules: IdentityRulesInput,
  ): IdentityRulesPreviewProgress {
    return { ...progress, preview: difference && toldPreview(rules, difference) };
  }

  @FieldResolver(() => RulesExampleConnection, {
    description:
      "The changes one by one: a join and a split in turn, those of the oldest profiles first. While nothing has changed a further page goes on exactly where the last one ended. Where data has changed, it is worked out anew from the data as they are then: nothing comes twice, and what comes newly before the cursor is not told.",
  })
  async examples(
    @Root() { change, difference }: IdentityRulesPreview,
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, { nullable: true, defaultValue: DEFAULT_EXAMPLES, description: "How many, up to 100." })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
    @Arg("kind", () => RulesExampleKindEnum, { nullable: true, description: "Only those; left out: both." })
    kind?: ExampleKind | null,
  ): Promise<Connection<RulesExample>> {
    const size = pageSize(first, DEFAULT_EXAMPLES);
    const asked = { place: decodeExamplePlace(after), count: size + 1, kind: kind ?? null };
    const service = context.service(RulesPreviewService);
    const found = await service.examples(context.viewer.tenantId, change, difference, asked);
    return toConnection<RulesExample>(found, size, after, ({ place }) => encodeExamplePlace(place));
  }
}

function watchPreview({ args, context }: Opening): Promise<PreviewStream> {
  return context.service(RulesPreviewService).watch(context.viewer.tenantId, args.rules);
}

function toldPreview(change: IdentityRulesInput, difference: RulesDifference): IdentityRulesPreview {
  const { joined, split, largestProfile, records } = difference;
  return Object.assign(new IdentityRulesPreview(), { joined, split, largestProfile, records, change, difference });
}
