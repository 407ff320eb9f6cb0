import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { Connection, toConnection } from "../../graphql/connection.type";
import { Json } from "../../graphql/json";
import { decodeIdCursor, encodePageCursor } from "../../graphql/page-cursor";
import { pageSize } from "../../graphql/page-size";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { DeadLetterService } from "./dead-letter.service";
import { DeadLetter, DeadLetterConnection, ReplayResult } from "./dead-letter.type";

const DEFAULT_PAGE = 20;

@Resolver(() => DeadLetter)
export class DeadLettersResolver {
  @Query(() => DeadLetterConnection, {
    description: "What was sent and has not been taken, newest first. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  async deadLetters(
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_PAGE,
      description: "Entries of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
    @Arg("source", () => String, { nullable: true, description: "Of this source alone." }) source?: string | null,
  ): Promise<Connection<DeadLetter>> {
    const size = pageSize(first, DEFAULT_PAGE);
    const { tenantId } = context.viewer;
    const service = context.service(DeadLetterService);
    const found = await service.list(tenantId, source ?? null, decodeIdCursor(after), size + 1);
    return toConnection(found, size, after, ({ id }) => encodePageCursor([id]));
  }

  @FieldResolver(() => Json, {
    nullable: true,
    description: "What was sent; of what is too large or too deep to be kept whole the beginning, as a text.",
  })
  item(@Root() { item }: DeadLetter): unknown {
    return JSON.parse(item as string);
  }

  @Mutation(() => ReplayResult, {
    description:
      "Tries a dead letter again, with all that its source and Onefold have learnt meanwhile. What is taken is taken once, however often it is tried. NOT_FOUND for an unknown one. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  replayDeadLetter(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The dead letter's id." }) id: string,
  ): Promise<ReplayResult> {
    return context.service(DeadLetterService).replay(context.viewer.tenantId, id);
  }

  @Mutation(() => Boolean, {
    description: "Takes a dead letter away for good. Answers true; NOT_FOUND for an unknown one. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  async dismissDeadLetter(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The dead letter's id." }) id: string,
  ): Promise<boolean> {
    await context.service(DeadLetterService).dismiss(context.viewer.tenantId, id);
    return true;
  }
}
