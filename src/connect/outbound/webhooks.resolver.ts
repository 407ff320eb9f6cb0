import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import { DomainError } from "../../errors";
import { Connection, toConnection } from "../../graphql/connection.type";
import { Cursor } from "../../graphql/cursor";
import { decodeIdCursor, decodePageCursor, encodePageCursor } from "../../graphql/page-cursor";
import { pageSize } from "../../graphql/page-size";
import { RequestContext } from "../../graphql/request-context";
import { Requires } from "../../graphql/requires";
import { presentDelivery, presentEndpoint } from "./present-webhook";
import { WebhookService } from "./webhook.service";
import {
  NewWebhookSecret,
  StatusOfDelivery,
  WebhookDelivery,
  WebhookDeliveryConnection,
  WebhookEndpoint,
  WebhookEndpointConnection,
  WebhookEndpointInput,
} from "./webhook.type";
import { DeliveryStatus } from "./webhook-endpoint";

const DEFAULT_PAGE = 20;
const ENTRIES = { nullable: true, defaultValue: DEFAULT_PAGE, description: "Entries of the page, up to 100." } as const;
const AFTER = { nullable: true, description: "The cursor after which the page begins." } as const;
const ENDPOINT_ID = { description: "The endpoint's id." } as const;

@Resolver()
export class WebhooksResolver {
  @Query(() => WebhookEndpointConnection, {
    description: "The tenant's webhook endpoints, newest first. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  async webhookEndpoints(
    @Ctx() context: RequestContext,
    @Arg("first", () => Int, ENTRIES) first?: number | null,
    @Arg("after", () => String, AFTER) after?: string | null,
  ): Promise<Connection<WebhookEndpoint>> {
    const size = pageSize(first, DEFAULT_PAGE);
    const found = await serviceOf(context).list(context.viewer.tenantId, decodeIdCursor(after), size + 1);
    return toConnection(found.map(presentEndpoint), size, after, (endpoint) => encodePageCursor([endpoint.id]));
  }

  @Query(() => WebhookDeliveryConnection, {
    description: "The messages of an endpoint, newest first, with what became of them. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  async webhookDeliveries(
    @Ctx() context: RequestContext,
    @Arg("endpointId", () => ID, ENDPOINT_ID) endpointId: string,
    @Arg("status", () => StatusOfDelivery, { nullable: true, description: "Only those of which this became." })
    status?: DeliveryStatus | null,
    @Arg("first", () => Int, ENTRIES) first?: number | null,
    @Arg("after", () => String, AFTER) after?: string | null,
  ): Promise<Connection<WebhookDelivery>> {
    const size = pageSize(first, DEFAULT_PAGE);
    const below = decodePageCursor(after, 1)?.[0] ?? null;
    if (below !== null && !/^\d{1,15}$/.test(below)) {
      throw new DomainError("BAD_CURSOR", "The cursor is not one of this list.");
    }
    const { tenantId } = context.viewer;
    const place = below === null ? null : Number(below);
    const found = await serviceOf(context).listDeliveries(tenantId, endpointId, status ?? null, place, size + 1);
    return toConnection(found.map(presentDelivery), size, after, ({ position }) =>
      encodePageCursor([String(position)]),
    );
  }

  @Mutation(() => NewWebhookSecret, {
    description:
      "Has changes sent to an endpoint from now on, or after a cursor such as that of an export. The secret is shown once. Up to 20 endpoints. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  async createWebhookEndpoint(
    @Ctx() context: RequestContext,
    @Arg("input", () => WebhookEndpointInput, { description: "What the endpoint is to be; `url` is needed." })
    input: WebhookEndpointInput,
    @Arg("after", () => Cursor, { nullable: true, description: "The cursor after which the changes begin." })
    after?: string | null,
  ): Promise<NewWebhookSecret> {
    const { endpoint, secret } = await serviceOf(context).create(context.viewer.tenantId, input, after ?? null);
    return { endpoint: presentEndpoint(endpoint), secret };
  }

  @Mutation(() => WebhookEndpoint, {
    description: "Changes an endpoint. Messages that are on their way go to the new URL. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  async updateWebhookEndpoint(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, ENDPOINT_ID) id: string,
    @Arg("input", () => WebhookEndpointInput, { description: "What is to be different." }) input: WebhookEndpointInput,
  ): Promise<WebhookEndpoint> {
    return presentEndpoint(await serviceOf(context).update(context.viewer.tenantId, id, input));
  }

  @Mutation(() => WebhookEndpoint, {
    description:
      "Sends nothing to the endpoint until it is resumed; its place in the feed is kept. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  async pauseWebhookEndpoint(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, ENDPOINT_ID) id: string,
  ): Promise<WebhookEndpoint> {
    return presentEndpoint(await serviceOf(context).setActive(context.viewer.tenantId, id, false));
  }

  @Mutation(() => WebhookEndpoint, { description: "Goes on where the endpoint was paused. ADMIN and OPERATOR." })
  @Requires("MANAGE_WEBHOOKS")
  async resumeWebhookEndpoint(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, ENDPOINT_ID) id: string,
  ): Promise<WebhookEndpoint> {
    return presentEndpoint(await serviceOf(context).setActive(context.viewer.tenantId, id, true));
  }

  @Mutation(() => NewWebhookSecret, {
    description:
      "A new secret, shown once. For 24 hours messages are signed with the one before as well; one still valid from before that ends at once. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, ENDPOINT_ID) id: string,
  ): Promise<NewWebhookSecret> {
    const { endpoint, secret } = await serviceOf(context).rotateSecret(context.viewer.tenantId, id);
    return { endpoint: presentEndpoint(endpoint), secret };
  }

  @Mutation(() => Boolean, { description: "Deletes an endpoint with its messages. Answers true. ADMIN and OPERATOR." })
  @Requires("MANAGE_WEBHOOKS")
  async deleteWebhookEndpoint(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, ENDPOINT_ID) id: string,
  ): Promise<boolean> {
    await serviceOf(context).delete(context.viewer.tenantId, id);
    return true;
  }

  @Mutation(() => Int, {
    description:
      "Has messages sent again: those named, also when they were taken, or all that were given up. They keep their ids, and come before newer ones of the same profile that are still to be sent. Answers with their number. ADMIN and OPERATOR.",
  })
  @Requires("MANAGE_WEBHOOKS")
  replayWebhookDeliveries(
    @Ctx() context: RequestContext,
    @Arg("endpointId", () => ID, ENDPOINT_ID) endpointId: string,
    @Arg("ids", () => [ID], { nullable: true, description: "Up to 1,000 ids of messages." }) ids?: string[] | null,
  ): Promise<number> {
    return serviceOf(context).replay(context.viewer.tenantId, endpointId, ids ?? null);
  }
}

function serviceOf(context: RequestContext): WebhookService {
  return context.service(WebhookService);
}
