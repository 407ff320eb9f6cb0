import { z } from "zod";
import type { IdentifierInput } from "../../../identity/identifier-input.type";
import { Channel, InteractionKind } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, type EventDraft, eventItem, identifier } from "../../reading/event-item";
import { epochMilliseconds, id, personId } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { lineMessage, readLineMessage } from "./line-message";

/** What every delivery of one official account has in common. */
export interface LineContext {
  readonly source: string;
  /** The user id of the official account. */
  readonly destination: string | undefined;
}

const member = z.object({ userId: personId });

const lineEvent = z.object({
  type: z.string(),
  webhookEventId: id,
  timestamp: epochMilliseconds,
  source: z
    .object({ type: z.string(), userId: personId.optional(), groupId: id.optional(), roomId: id.optional() })
    .optional(),
  message: lineMessage.optional(),
  unsend: z.object({ messageId: id }).optional(),
  postback: z
    .object({ data: z.string(), params: z.record(z.string(), z.unknown()).optional().catch(undefined) })
    .optional(),
  follow: z.object({ isUnblocked: z.boolean().optional() }).optional().catch(undefined),
  joined: z.object({ members: z.array(member) }).optional(),
  left: z.object({ members: z.array(member) }).optional(),
  link: z.object({ result: z.string(), nonce: z.string().min(1).max(512) }).optional(),
  beacon: z.object({ hwid: id, type: z.string() }).optional(),
  membership: z.object({ type: z.string(), membershipId: id.optional() }).optional(),
  videoPlayComplete: z.object({ trackingId: id }).optional(),
});

type LineEvent = z.output<typeof lineEvent>;

/** What one event says, apart from whose it is. */
type Said = Pick<EventDraft, "kind" | "text" | "data"> & { readonly identifiers?: readonly IdentifierInput[] };

/** Events by themselves: one that cannot be read is refused alone. */
export function readLineEvents(events: readonly unknown[], context: LineContext): Item[] {
  return readParts(events, lineEvent, (event, payload) => {
    const members = event.joined?.members ?? event.left?.members;
    if (members !== undefined) {
      return members.map(({ userId }) =>
        itemOf(event, userId, compositeId(event.webhookEventId, userId), moved(event), context, payload),
      );
    }
    const said = whatIsSaid(event);
    const userId = event.source?.userId;
    // Members of a group who have not agreed to LINE's terms stay unnamed: nobody's timeline can take it.
    if (said === null || userId === undefined) return unknownItem(event.type, payload);
    return itemOf(event, userId, event.webhookEventId, said, context, payload);
  });
}

function itemOf(
  event: LineEvent,
  userId: string,
  messageId: string,
  { identifiers = [], ...said }: Said,
  { source, destination }: LineContext,
  payload: unknown,
): Item {
  const draft: EventDraft = {
    messageId,
    source,
    channel: Channel.LINE,
    occurredAt: event.timestamp,
    conversationKey: conversationOf(event, userId, destination),
    subject: { key: userId, identifiers: [identifier("LINE_ID", userId, "VERIFIED"), ...identifiers] },
    ...said,
  };
  return eventItem(draft, payload);
}

/** A chat of several is one conversation, whoever speaks. */
function conversationOf({ source }: LineEvent, userId: string, destination: string | undefined): string {
  if (source?.groupId !== undefined) return compositeId("line", "group", source.groupId);
  if (source?.roomId !== undefined) return compositeId("line", "room", source.roomId);
  return compositeId("line", destination ?? "", userId);
}

/** Null for what says nothing about a customer. */
function whatIsSaid(event: LineEvent): Said | null {
  const { type } = event;
  switch (type) {
    case "message":
      return event.message ? readLineMessage(event.message) : null;
    case "postback":
      return event.postback ? { data: { type, postback: event.postback } } : null;
    case "unsend":
      return event.unsend ? changed({ type, deletes: event.unsend.messageId }) : null;
    case "follow":
      return changed({ type, isUnblocked: event.follow?.isUnblocked });
    case "unfollow":
      return changed({ type });
    case "accountLink":
      return event.link ? linked(event.link) : null;
    case "membership":
      return event.membership ? changed({ type, membership: event.membership }) : null;
    case "beacon":
      return event.beacon ? { kind: InteractionKind.VISIT, data: { type, beacon: event.beacon } } : null;
    case "videoPlayComplete":
      return { kind: InteractionKind.OTHER, data: { type, trackingId: event.videoPlayComplete?.trackingId } };
    default:
      return null;
  }
}

function changed(data: Record<string, unknown>): Said {
  return { kind: InteractionKind.STATUS_CHANGE, data };
}

function moved({ type }: LineEvent): Said {
  return changed({ type });
}

/**
 * The nonce is what the company's own server gave out for one of its users, and nobody else knows it: the record there
 * that carries it too is the same person.
 */
function linked(link: { readonly result: string; readonly nonce: string }): Said {
  const data = { type: "accountLink", result: link.result };
  if (link.result !== "ok") return changed(data);
  return {
    ...changed(data),
    identifiers: [{ kind: "CUSTOM", namespace: "line-account-link", value: link.nonce, assurance: "VERIFIED" }],
  };
}
