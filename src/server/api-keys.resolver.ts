import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { AccessService } from "../access/access.service";
import { Role } from "../access/role";
import { Connection, toConnection } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";
import { decodeIdCursor, encodePageCursor } from "../graphql/page-cursor";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { ApiKey, ApiKeyConnection, NewApiKey, RoleEnum } from "./api-key.type";

const DEFAULT_PAGE = 20;

@Resolver()
export class ApiKeysResolver {
  @Query(() => ApiKeyConnection, {
    description: "The tenant's keys, revoked ones too, newest first. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_KEYS")
  async apiKeys(
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_PAGE,
      description: "Entries of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
  ): Promise<Connection<ApiKey>> {
    const size = pageSize(first, DEFAULT_PAGE);
    const found = await context.service(AccessService).listApiKeys(context.viewer, decodeIdCursor(after), size + 1);
    return toConnection(found, size, after, (key) => encodePageCursor([key.id]));
  }

  @Mutation(() => NewApiKey, {
    description:
      "Makes a key for this tenant. Only an OPERATOR makes an OPERATOR's key; ADMIN and OPERATOR make all others.",
  })
  @Requires("MANAGE_KEYS")
  createApiKey(
    @Ctx() context: RequestContext,
    @Arg("name", () => String, { description: "What the key is for: 1 to 200 characters." }) name: string,
    @Arg("role", () => RoleEnum, { description: "What the key may do." }) role: Role,
    @Arg("expiresAt", () => DateTime, {
      nullable: true,
      description: "When it stops opening anything; never, if left out.",
    })
    expiresAt?: string | null,
  ): Promise<NewApiKey> {
    return context.service(AccessService).createApiKey(context.viewer, name, role, expiresAt ?? null);
  }

  @Mutation(() => Boolean, {
    description:
      "From the moment this returns the key opens nothing, and its open subscriptions end within a second. Answers true; NOT_FOUND for a key that is not the tenant's.",
  })
  @Requires("MANAGE_KEYS")
  async revokeApiKey(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The key's id." }) id: string,
  ): Promise<boolean> {
    await context.service(AccessService).revokeApiKey(context.viewer, id);
    return true;
  }
}
