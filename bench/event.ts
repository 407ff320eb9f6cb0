import { EventInput } from "../src/ingest/event-input.type";
import { Channel, Direction, InteractionKind, Visibility } from "../src/timeline/interaction.type";
import { emailOf, phoneOf } from "./customer";

let sent = 0;

/** A new message of a known customer, with nothing new about who that is: two identifiers and an attribute as stored. */
export function nextEvent(customer: number): EventInput {
  sent += 1;
  return {
    messageId: `${process.pid}-${Date.now()}-${sent}`,
    source: "shop",
    channel: Channel.EMAIL,
    kind: InteractionKind.MESSAGE,
    direction: Direction.INBOUND,
    visibility: Visibility.PRIVATE,
    occurredAt: new Date().toISOString(),
    conversationKey: `case-${customer}`,
    text: `Message ${sent}: when will the parcel arrive that was promised for last Tuesday? The tracking page shows nothing.`,
    subject: {
      key: `customer-${customer}`,
      identifiers: [
        { kind: "EMAIL", value: emailOf(customer) },
        { kind: "PHONE", value: phoneOf(customer) },
      ],
      attributes: { language: "en" },
    },
    data: { order: sent, amount: 19.5 },
  };
}
