import { Instant } from "../../db/column-types";
import { IdentifierInput } from "../../identity/identifier-input.type";
import { EventInput } from "../../ingest/event-input.type";
import { payloadHash } from "../../ingest/payload-hash";
import { findJsonProblem } from "../../ingest/text-rules";
import { Direction, InteractionKind, Visibility } from "../../timeline/interaction.type";
import { Item } from "../pipeline/adapter";
import { isObject } from "../reading/payload";
import { channelOf } from "./channel";
import { occurredAt } from "./clock";
import { meaningOf } from "./semantic-events";
import { readTraits } from "./traits";

export const CALL_TYPES = ["identify", "track", "page", "screen", "group", "alias"] as const;

export type CallType = (typeof CALL_TYPES)[number];

/** What is known of a call from around it. */
export interface CallFrame {
  /** Of a path that says it; null where each call says its own. */
  readonly type: CallType | null;
  /** Of the batch, for calls without one of their own. */
  readonly sentAt: unknown;
  readonly receivedAt: Instant;
  readonly source: string;
  readonly isHistoric: boolean;
}

type Members = Readonly<Record<string, unknown>>;

/** A call with what all types have in common. */
interface Call {
  readonly message: Members;
  readonly context: Members;
  readonly userId: string | null;
  readonly key: string;
  readonly at: Instant;
  readonly source: string;
  readonly identifiers: readonly IdentifierInput[];
  readonly attributes: Members;
}

/**
 * What one call of the tracking spec says. The person is the user, and without one the visitor behind the anonymous id,
 * which is an identifier of the user's record too. `track`, `page` and `screen` are events; `identify`, `group` and
 * `alias` tell about the person, and stand on no timeline. Pure, and never throws.
 *
 * @see https://segment.com/docs/connections/spec/
 */
export function readCall(message: unknown, frame: CallFrame): Item {
  const unreadable = (reason: string): Item => ({ kind: "UNREADABLE", reason, payload: message });
  if (!isObject(message)) return unreadable("A call has to be a JSON object.");
  const type = frame.type ?? message.type;
  const known = CALL_TYPES.find((one) => one === type);
  if (known === undefined) {
    if (typeof type !== "string") return unreadable("A call needs a type, such as track.");
    return { kind: "UNKNOWN", type, payload: message };
  }
  const [userId, anonymousId] = [idOf(message.userId), idOf(message.anonymousId)];
  const key = userId ?? anonymousId;
  if (key === null) return unreadable("A call needs a userId or an anonymousId.");
  const { originalTimestamp, timestamp, sentAt = frame.sentAt } = message;
  const { receivedAt, isHistoric, source } = frame;
  const at = occurredAt({ originalTimestamp, timestamp, sentAt, receivedAt, isHistoric });
  if (at === null) return unreadable("timestamp has to be a moment of ISO 8601, such as 2026-01-31T09:30:00Z.");
  const context = isObject(message.context) ? message.context : {};
  const about = readTraits(
    known === "identify" ? { ...asMembers(context.traits), ...asMembers(message.traits) } : context.traits,
  );
  const identifiers = [...idsOf(userId, anonymousId, context), ...about.identifiers];
  const call: Call = { message, context, userId, key, at, source, identifiers, attributes: about.attributes };
  switch (known) {
    case "identify":
      return recordItem(call, {}, []);
    case "group":
      return readGroup(call) ?? unreadable("group needs a groupId.");
    case "alias":
      return readAlias(call) ?? unreadable("alias needs a userId and a previousId.");
    case "track":
      return readTrack(call, frame) ?? unreadable("track needs an event, which is its name.");
    case "page":
    case "screen":
      return readView(call, known, frame);
  }
}

function readTrack(call: Call, frame: CallFrame): Item | null {
  const { event, properties } = call.message;
  if (typeof event !== "string" || event.trim() === "") return null;
  const { kind, channel, direction = Direction.INBOUND, textProperty } = meaningOf(event);
  const given = asMembers(properties);
  const written = textProperty === undefined ? null : textOf(given[textProperty]);
  const agent = textOf(given.agent_name) ?? textOf(given.agent_username) ?? textOf(given.agent_id);
  return eventItem(call, frame, "track", {
    kind,
    direction,
    channel: channel ?? channelOf(call.message, call.context, given),
    text: written ?? event,
    conversationKey: textOf(given.conversation_id),
    actor: direction === Direction.OUTBOUND ? agent : null,
    data: { event, properties, ...aside(call) },
  });
}

function readView(call: Call, type: "page" | "screen", frame: CallFrame): Item {
  const { name, category, properties } = call.message;
  const given = asMembers(properties);
  return eventItem(call, frame, type, {
    kind: InteractionKind.PAGE_VIEW,
    direction: Direction.INBOUND,
    channel: channelOf({ ...call.message, type }, call.context, given),
    text: textOf(name) ?? textOf(given.title) ?? textOf(given.url) ?? null,
    conversationKey: null,
    actor: null,
    data: { name, category, properties, ...aside(call) },
  });
}

function readGroup(call: Call): Item | null {
  const groupId = idOf(call.message.groupId);
  if (groupId === null) return null;
  return recordItem(call, { company: { ...asMembers(call.message.traits), id: groupId } }, []);
}

/** The former id is one more cookie of the user: as such it joins what it was used for, unless two users used it. */
function readAlias(call: Call): Item | null {
  const previousId = idOf(call.message.previousId);
  if (previousId === null || call.userId === null) return null;
  return recordItem(call, {}, [{ kind: "ANONYMOUS_ID", value: previousId }]);
}

function recordItem(call: Call, attributes: Members, identifiers: readonly IdentifierInput[]): Item {
  const { source, key, at } = call;
  return {
    kind: "RECORD",
    record: {
      ...{ source, key, observedAt: at, complete: false },
      identifiers: [...call.identifiers, ...identifiers],
      attributes: { ...call.attributes, ...attributes },
    },
  };
}

type Told = Pick<EventInput, "kind" | "direction" | "channel" | "text" | "conversationKey" | "actor" | "data">;

function eventItem(
  { message, source, key, at, identifiers, attributes }: Call,
  frame: CallFrame,
  type: string,
  told: Told,
): Item {
  const messageId = textOf(message.messageId) ?? ownId(message, type, frame);
  if (messageId === null) {
    return { kind: "UNREADABLE", reason: "Without a messageId the call has to be plain JSON.", payload: message };
  }
  const subject = { key, identifiers: [...identifiers], attributes };
  return {
    kind: "EVENT",
    event: { messageId, source, occurredAt: at, visibility: Visibility.PRIVATE, subject, ...told },
  };
}

/** A name for a call that has none: the same for the same call sent again, which only its own time can tell apart. */
function ownId(message: Members, type: string, { receivedAt }: CallFrame): string | null {
  const { sentAt, ...call } = message;
  if (findJsonProblem(call) !== null) return null;
  const isTimed = (call.timestamp ?? call.originalTimestamp) != null;
  return `digest-${payloadHash({ ...call, type, receivedAt: isTimed ? null : receivedAt })}`;
}

function idsOf(userId: string | null, anonymousId: string | null, { device }: Members): IdentifierInput[] {
  const deviceId = idOf(asMembers(device).id);
  const ids: IdentifierInput[] = [];
  if (userId !== null) ids.push({ kind: "USER_ID", value: userId });
  if (anonymousId !== null) ids.push({ kind: "ANONYMOUS_ID", value: anonymousId });
  if (deviceId !== null) ids.push({ kind: "DEVICE_ID", value: deviceId });
  return ids;
}

/** What stands beside the call's own words; the traits have become attributes. */
function aside({ context }: Call): Members {
  const { traits: _traits, ...rest } = context;
  return Object.keys(rest).length > 0 ? { context: rest } : {};
}

function asMembers(value: unknown): Members {
  return isObject(value) ? value : {};
}

/** Ids are texts; clients that send numbers mean the same by them. */
function idOf(value: unknown): string | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return textOf(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
