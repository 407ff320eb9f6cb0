import { v7 as uuidv7 } from "uuid";
import { DEFAULT_TENANT_ID } from "../src/access/secret";
import { EventInput } from "../src/ingest/event-input.type";
import { profileIdOf } from "./customer";

export const INTERACTION_COLUMNS = [
  "tenant_id",
  "interaction_id",
  "record_id",
  "source",
  "message_id",
  "channel",
  "kind",
  "direction",
  "visibility",
  "occurred_at",
  "received_at",
  "conversation_key",
  "actor",
  "text",
  "data",
] as const;

/** The row of `interactions` that Onefold makes of an event of this customer, in the order of the columns. */
export function interactionRow(event: EventInput, customer: number): unknown[] {
  return [
    DEFAULT_TENANT_ID,
    uuidv7(),
    profileIdOf(customer),
    event.source,
    event.messageId,
    event.channel,
    event.kind,
    event.direction,
    event.visibility,
    event.occurredAt,
    new Date().toISOString(),
    event.conversationKey,
    event.actor,
    event.text,
    JSON.stringify(event.data),
  ];
}

/** A table with the same columns, rows and indexes as `interactions`, without row-level security. */
export const FLOOR_TABLE = `
  create table floor_interactions (like interactions including all);
  insert into floor_interactions select * from interactions;`;
