import { hash } from "node:crypto";
import type { IdentifierInput } from "../../identity/identifier-input.type";
import type { Assurance, IdentifierKind } from "../../identity/identifier-kind";
import type { EventInput } from "../../ingest/event-input.type";
import { DATA_MAX, MESSAGE_ID_MAX, TEXT_MAX } from "../../ingest/prepare";
import { Direction, InteractionKind, Visibility } from "../../timeline/interaction.type";
import type { Item } from "../pipeline/adapter";
import { unreadableItem } from "./read-parts";

type Defaulted = "kind" | "direction" | "visibility";

/** An event of a channel; a private message of the customer, unless it says something else. */
export type EventDraft = Omit<EventInput, Defaulted> & Partial<Pick<EventInput, Defaulted>>;

/** An event as `ingest` takes it. The payload is kept in its stead when it is larger than one may be. */
export function eventItem(draft: EventDraft, payload: unknown): Item {
  const event: EventInput = {
    kind: InteractionKind.MESSAGE,
    direction: Direction.INBOUND,
    visibility: Visibility.PRIVATE,
    ...draft,
  };
  if ((event.text?.length ?? 0) > TEXT_MAX)
    return unreadableItem(`The text has more than ${TEXT_MAX} characters.`, payload);
  const data = JSON.stringify(event.data ?? null);
  if (data.length > DATA_MAX)
    return unreadableItem(`What comes with it has more than ${DATA_MAX} characters.`, payload);
  return { kind: "EVENT", event };
}

/** An id or a key of several parts, as long as one may be: a longer one is cut short by its digest. */
export function compositeId(...parts: readonly string[]): string {
  const whole = parts.join(":");
  return whole.length <= MESSAGE_ID_MAX ? whole : `${parts[0]!.slice(0, 100)}:${hash("sha256", whole)}`;
}

export function identifier(kind: IdentifierKind, value: string, assurance: Assurance): IdentifierInput {
  return { kind, value, namespace: null, assurance };
}
