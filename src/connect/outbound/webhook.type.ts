import { ArrayMaxSize, IsOptional } from "class-validator";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { ChangeKind } from "../../feed/change";
import { connectionType } from "../../graphql/connection.type";
import { DateTime } from "../../graphql/date-time";
import { CHANGE_KINDS, DELIVERY_STATUSES, DeliveryKind, DeliveryStatus } from "./webhook-endpoint";

const named = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { readonly [N in T]: N };

const KINDS = {
  INTERACTION_ADDED: { description: "The timeline of a customer has one more entry (`interaction.added`)." },
  PROFILE_UPDATED: { description: "What is known about a customer changed (`profile.updated`)." },
  PROFILES_MERGED: { description: "Several profiles became one (`profiles.merged`)." },
  PROFILE_SPLIT: { description: "One profile came apart (`profile.split`)." },
  PROFILE_ERASED: { description: "A customer was erased (`profile.erased`)." },
};

export const WebhookChangeKind = named(CHANGE_KINDS);

registerEnumType(WebhookChangeKind, {
  name: "WebhookChangeKind",
  description: "What a webhook endpoint may be told of; in brackets the `type` of the message.",
  valuesConfig: KINDS,
});

const KindOfDelivery = named([...CHANGE_KINDS, "FEED_GAP"]);

registerEnumType(KindOfDelivery, {
  name: "WebhookDeliveryKind",
  description: "What a message to a webhook endpoint tells.",
  valuesConfig: {
    ...KINDS,
    FEED_GAP: {
      description:
        "The feed no longer held what came next for the endpoint (`feed.gap`): the receiver has to read anew what it keeps, and goes on from the message's `cursor`. Sent to every endpoint, whatever it chose.",
    },
  },
});

export const StatusOfDelivery = named(DELIVERY_STATUSES);

registerEnumType(StatusOfDelivery, {
  name: "WebhookDeliveryStatus",
  description: "What became of a message.",
  valuesConfig: {
    PENDING: { description: "Not taken yet: it is sent, again and again, for up to three days." },
    DELIVERED: { description: "The endpoint answered with a status from 200 to 299." },
    DEAD: { description: "Given up. `replayWebhookDeliveries` has it sent again." },
  },
});

@InputType({ description: "Where changes are to be sent. In a change, what is left out stays as it is." })
export class WebhookEndpointInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Where messages are posted: an https URL on the public internet, up to 2,000 characters. The server's ONEFOLD_WEBHOOK_ALLOW names others that are allowed, and those may be http.",
  })
  url?: string | null;

  @Field(() => [WebhookChangeKind], {
    nullable: true,
    description: "What to be told of; of a new endpoint: everything.",
  })
  @IsOptional()
  @ArrayMaxSize(CHANGE_KINDS.length)
  kinds?: ChangeKind[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The system behind the endpoint, by the name of its source, such as `hubspot`: what is news from this source alone is not sent back to it. A merge of its own records is sent, unless the source itself merged them.",
  })
  source?: string | null;

  @Field(() => String, { nullable: true, description: "What it is for, up to 200 characters." })
  description?: string | null;
}

@ObjectType({
  description:
    "Where changes are sent, signed by the Standard Webhooks specification. At least once: a receiver keeps the `webhook-id` of what it has taken. What is said of one profile comes in order, also across merges and splits.",
})
export class WebhookEndpoint {
  @Field(() => ID, { description: "The endpoint's id." })
  id!: string;

  @Field(() => String, { description: "Where messages are posted." })
  url!: string;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description!: string | null;

  @Field(() => [WebhookChangeKind], { description: "What it is told of." })
  kinds!: readonly ChangeKind[];

  @Field(() => String, { nullable: true, description: "The source whose own news are not sent to it." })
  source!: string | null;

  @Field(() => Boolean, { description: "Whether it is paused: nothing is sent, and its place in the feed is kept." })
  paused!: boolean;

  @Field(() => DateTime, { description: "When it was made." })
  createdAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: "When the secret before the present one ends; null when it has.",
  })
  previousSecretUntil!: string | null;

  @Field(() => DateTime, { nullable: true, description: "When it last took a message." })
  lastSuccessAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: "Since when it takes nothing; null while it does." })
  failingSince!: string | null;

  @Field(() => String, { nullable: true, description: "Why it did not take the last message; null when it did." })
  lastError!: string | null;
}

@ObjectType({ description: "An endpoint with a secret that was just made." })
export class NewWebhookSecret {
  @Field(() => WebhookEndpoint, { description: "The endpoint." })
  endpoint!: WebhookEndpoint;

  @Field(() => String, {
    description: "What the receiver checks signatures with: `whsec_` and 32 bytes in base64. It cannot be shown again.",
  })
  secret!: string;
}

@ObjectType({
  description: "One message to one endpoint. Those that were taken are kept for 3 days, those given up for 90.",
})
export class WebhookDelivery {
  @Field(() => ID, { description: "The message's id, which the endpoint gets as `webhook-id`." })
  id!: string;

  @Field(() => KindOfDelivery, { description: "What it tells." })
  kind!: DeliveryKind;

  @Field(() => ID, { nullable: true, description: "The profile it tells of." })
  profileId!: string | null;

  @Field(() => StatusOfDelivery, { description: "What became of it." })
  status!: DeliveryStatus;

  @Field(() => Int, { description: "How often it was sent." })
  attempts!: number;

  @Field(() => DateTime, { description: "When it was taken from the feed for this endpoint." })
  createdAt!: string;

  @Field(() => DateTime, { nullable: true, description: "When it was last sent." })
  lastAttemptAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "The earliest time at which it is sent again; null unless it is PENDING.",
  })
  nextAttemptAt!: string | null;

  @Field(() => Int, { nullable: true, description: "The HTTP status that the endpoint last answered with." })
  lastStatus!: number | null;

  @Field(() => String, {
    nullable: true,
    description: "Why it was not taken the last time, in Onefold's words: nothing that the endpoint answered is kept.",
  })
  lastError!: string | null;
}

export const WebhookEndpointConnection = connectionType<WebhookEndpoint>("WebhookEndpoint", () => WebhookEndpoint);
export const WebhookDeliveryConnection = connectionType<WebhookDelivery>("WebhookDelivery", () => WebhookDelivery);
