import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { TenantService } from "../access/tenant.service";
import { Connection, toConnection } from "../graphql/connection.type";
import { DateTime } from "../graphql/date-time";
import { decodeIdCursor, encodePageCursor } from "../graphql/page-cursor";
import { pageSize } from "../graphql/page-size";
import { RequestContext } from "../graphql/request-context";
import { Requires } from "../graphql/requires";
import { NewApiKey } from "./api-key.type";
import { Tenant, TenantConnection } from "./tenant.type";

const DEFAULT_PAGE = 20;

@Resolver(() => Tenant)
export class TenantsResolver {
  @Query(() => TenantConnection, { description: "All tenants, oldest first. Operators only." })
  @Requires("MANAGE_TENANTS")
  async tenants(
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, {
      nullable: true,
      defaultValue: DEFAULT_PAGE,
      description: "Entries of the page, up to 100.",
    })
    first?: number | null,
    @Arg("after", () => String, { nullable: true, description: "The cursor after which the page begins." })
    after?: string | null,
  ): Promise<Connection<Tenant>> {
    const size = pageSize(first, DEFAULT_PAGE);
    const found = await context.service(TenantService).list(decodeIdCursor(after), size + 1);
    return toConnection(found, size, after, (tenant) => encodePageCursor([tenant.id]));
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: "When any of its keys was last used, to the minute; null when none ever was.",
  })
  lastUsedAt(@Root() tenant: Tenant, @Ctx() context: RequestContext): Promise<string | null> {
    return context.service(TenantService).findLastUse(tenant.id);
  }

  @Mutation(() => NewApiKey, {
    description: "Creates a tenant. Operators only. Answers with the tenant's first ADMIN key.",
  })
  @Requires("MANAGE_TENANTS")
  createTenant(
    @Ctx() context: RequestContext,
    @Arg("name", () => String, { description: "The company's name: 1 to 200 characters." }) name: string,
  ): Promise<NewApiKey> {
    return context.service(TenantService).create(name);
  }

  @Mutation(() => Tenant, {
    description:
      "Shuts a tenant. Operators only. From the moment this returns its keys and tokens open nothing, and its open subscriptions end within a second; all its data stays, and so does its feed, however old. NOT_FOUND for an unknown id, CONFLICT for the tenant `default`, through which operators come in.",
  })
  @Requires("MANAGE_TENANTS")
  suspendTenant(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The tenant's id." }) id: string,
  ): Promise<Tenant> {
    return context.service(TenantService).suspend(id);
  }

  @Mutation(() => Tenant, {
    description:
      "Opens a suspended tenant again, to the same keys and with everything it had. Operators only. NOT_FOUND for an unknown id.",
  })
  @Requires("MANAGE_TENANTS")
  resumeTenant(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { description: "The tenant's id." }) id: string,
  ): Promise<Tenant> {
    return context.service(TenantService).resume(id);
  }
}
