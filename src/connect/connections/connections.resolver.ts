import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import { DateTime } from "../../graphql/date-time";
import { Json } from "../../graphql/json";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { ADAPTERS } from "../pipeline/adapters";
import { ConnectionService } from "./connection.service";
import { ConnectedSource, System } from "./connection.type";

const CREDENTIALS =
  'An object of names and texts, as the query `systems` lists them, such as { "secret": "…" }. They are stored encrypted and never shown again.';

@Resolver(() => ConnectedSource)
export class ConnectionsResolver {
  @Query(() => [System], { description: "The systems that can be connected, and what each needs. OPERATOR and ADMIN." })
  @Requires("MANAGE_CONNECTIONS")
  systems(): System[] {
    return ADAPTERS.map(({ system, credentialFields }) => ({ name: system, credentials: credentialFields }));
  }

  @Query(() => [ConnectedSource], { description: "What is connected, by source. OPERATOR and ADMIN." })
  @Requires("MANAGE_CONNECTIONS")
  connections(@Ctx() context: RequestContext): Promise<ConnectedSource[]> {
    return context.service(ConnectionService).list(context.viewer.tenantId);
  }

  @FieldResolver(() => String, {
    description: "Where the system has to send its deliveries, below the address of this server.",
  })
  path(@Root() { tenantId, source }: ConnectedSource): string {
    return `/connect/${tenantId}/${source}`;
  }

  @Mutation(() => ConnectedSource, {
    description:
      "Connects a system, so that it sends what happens by itself. CONFLICT when the source is connected already, or the server has no ONEFOLD_SECRETS_KEY. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  connectSource(
    @Ctx() context: RequestContext,
    @Arg("source", () => String, {
      description: "A name for what comes in by it: 1 to 100 letters, digits, dots, dashes and underscores.",
    })
    source: string,
    @Arg("system", () => String, { description: "One of the query `systems`." }) system: string,
    @Arg("credentials", () => Json, { description: CREDENTIALS }) credentials: unknown,
  ): Promise<ConnectedSource> {
    return context.service(ConnectionService).connect(context.viewer.tenantId, source, system, credentials);
  }

  @Mutation(() => ConnectedSource, {
    description:
      "Gives a connection new credentials. Those of before stay valid beside them until `retireAt`, or until `retireCredentials`; of still older ones nothing is left. NOT_FOUND for a source that is not connected. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  rotateCredentials(
    @Ctx() context: RequestContext,
    @Arg("source", () => String, { description: "The connection's source." }) source: string,
    @Arg("credentials", () => Json, { description: CREDENTIALS }) credentials: unknown,
    @Arg("retireAt", () => DateTime, {
      nullable: true,
      description: "When those of before end; with `retireCredentials`, if left out.",
    })
    retireAt?: string | null,
  ): Promise<ConnectedSource> {
    const { tenantId } = context.viewer;
    return context.service(ConnectionService).rotate(tenantId, source, credentials, retireAt ?? null);
  }

  @Mutation(() => ConnectedSource, {
    description:
      "Ends all credentials of a connection but the newest, at once. NOT_FOUND for a source that is not connected. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  retireCredentials(
    @Ctx() context: RequestContext,
    @Arg("source", () => String, { description: "The connection's source." }) source: string,
  ): Promise<ConnectedSource> {
    return context.service(ConnectionService).retire(context.viewer.tenantId, source);
  }

  @Mutation(() => Boolean, {
    description:
      "Ends a connection with its credentials and counts; what came in by it stays. Answers true; NOT_FOUND for a source that is not connected. OPERATOR and ADMIN.",
  })
  @Requires("MANAGE_CONNECTIONS")
  async disconnectSource(
    @Ctx() context: RequestContext,
    @Arg("source", () => String, { description: "The connection's source." }) source: string,
  ): Promise<boolean> {
    await context.service(ConnectionService).disconnect(context.viewer.tenantId, source);
    return true;
  }
}
