import { IdentifierInput } from "../../src/identity/identifier-input.type";
import { EventInput } from "../../src/ingest/event-input.type";
import { RecordInput } from "../../src/ingest/record-input.type";
import { Channel, Direction, InteractionKind, Visibility } from "../../src/timeline/interaction.type";

let messages = 0;

type EventFields = Partial<Omit<EventInput, "subject">> & { subject?: Partial<EventInput["subject"]> };

/** An event with everything filled in; a fresh messageId unless one is given. */
export function event(fields: EventFields = {}): EventInput {
  const subject = { key: null, identifiers: [], attributes: null, ...fields.subject };
  return {
    messageId: `message-${++messages}`,
    source: "web",
    channel: Channel.WEB,
    kind: InteractionKind.MESSAGE,
    direction: Direction.INBOUND,
    visibility: Visibility.PRIVATE,
    occurredAt: "2026-01-01T09:00:00.000Z",
    conversationKey: null,
    actor: null,
    text: "hello",
    data: null,
    ...fields,
    subject,
  };
}

export function record(fields: Partial<RecordInput> & { key: string }): RecordInput {
  return { source: "hubspot", identifiers: [], attributes: null, observedAt: null, complete: false, ...fields };
}

export function email(value: string, assurance: IdentifierInput["assurance"] = null): IdentifierInput {
  return { kind: "EMAIL", value, namespace: null, assurance };
}

export function phone(value: string, assurance: IdentifierInput["assurance"] = null): IdentifierInput {
  return { kind: "PHONE", value, namespace: null, assurance };
}

export function userId(value: string, namespace: string | null = null): IdentifierInput {
  return { kind: "USER_ID", value, namespace, assurance: null };
}

export function deviceId(value: string): IdentifierInput {
  return { kind: "DEVICE_ID", value, namespace: null, assurance: null };
}

export function cookie(value: string): IdentifierInput {
  return { kind: "ANONYMOUS_ID", value, namespace: null, assurance: null };
}

export function crmId(value: string, namespace = "hubspot"): IdentifierInput {
  return { kind: "CRM_ID", value, namespace, assurance: null };
}
