import { z } from "zod";
import { Channel, Direction, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem } from "../../reading/event-item";
import { epochMilliseconds, id } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { conversationOf, subjectOf, type XContext, xUser } from "./x-person";

const like = z.object({
  id,
  timestamp_ms: epochMilliseconds,
  user: xUser,
  favorited_status: z.object({ id_str: id, user: xUser }),
});

export function readXLikes(likes: readonly unknown[], context: XContext): Item[] {
  return readParts(likes, like, ({ id: messageId, timestamp_ms, user, favorited_status: liked }, payload) => {
    const outbound = user.id === context.brand;
    const customer = outbound ? liked.user : user;
    if (customer.id === context.brand) return unknownItem("own like", payload);
    return eventItem(
      {
        messageId,
        source: context.source,
        channel: Channel.X,
        kind: InteractionKind.OTHER,
        direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
        visibility: Visibility.PUBLIC,
        occurredAt: timestamp_ms,
        conversationKey: conversationOf(context, customer.id),
        actor: outbound ? user.id : undefined,
        subject: subjectOf(customer),
        data: { type: "like", reactsTo: liked.id_str },
      },
      payload,
    );
  });
}

const relation = z.object({ type: z.string(), created_timestamp: epochMilliseconds, source: xUser, target: xUser });

/** Follows can be seen by anybody; blocks and mutes only by whoever sets them. They have no id of their own. */
export function readXRelations(relations: readonly unknown[], context: XContext): Item[] {
  return readParts(relations, relation, ({ type, created_timestamp: at, source, target }, payload) => {
    const outbound = source.id === context.brand;
    const customer = outbound ? target : source;
    if (customer.id === context.brand) return unknownItem(type, payload);
    return eventItem(
      {
        messageId: compositeId(type, source.id, target.id, String(Date.parse(at))),
        source: context.source,
        channel: Channel.X,
        kind: InteractionKind.STATUS_CHANGE,
        direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
        visibility: /follow$/.test(type) ? Visibility.PUBLIC : Visibility.PRIVATE,
        occurredAt: at,
        conversationKey: conversationOf(context, customer.id),
        actor: outbound ? source.id : undefined,
        subject: subjectOf(customer),
        data: { type },
      },
      payload,
    );
  });
}
