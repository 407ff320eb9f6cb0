import { Channel, Direction, InteractionKind } from "../../timeline/interaction.type";

/** What a track call of a name that the spec gives a meaning to is on a timeline. */
export interface Meaning {
  readonly kind: InteractionKind;
  readonly channel?: Channel;
  readonly direction?: Direction;
  /** The property that holds what was written. */
  readonly textProperty?: string;
}

const chat = (kind: InteractionKind, direction: Direction): Meaning => {
  return { kind, direction, channel: Channel.WEB_CHAT, textProperty: "message_body" };
};

const PURCHASE: Meaning = { kind: InteractionKind.PURCHASE };
const STATUS: Meaning = { kind: InteractionKind.STATUS_CHANGE };
const VIEW: Meaning = { kind: InteractionKind.PAGE_VIEW };
const OTHER: Meaning = { kind: InteractionKind.OTHER };

/**
 * By name in lower case. In the live chat events it is the customer who sends, and the customer who receives.
 *
 * @see https://segment.com/docs/connections/spec/ecommerce/v2/
 * @see https://segment.com/docs/connections/spec/live-chat/
 */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ["order completed", PURCHASE],
  ["completed order", PURCHASE],
  ["order updated", STATUS],
  ["order refunded", STATUS],
  ["order cancelled", STATUS],
  ["product reviewed", { kind: InteractionKind.REVIEW, textProperty: "review_body" }],
  ["product viewed", VIEW],
  ["viewed product", VIEW],
  ["product list viewed", VIEW],
  ["viewed product category", VIEW],
  ["cart viewed", VIEW],
  ["checkout step viewed", VIEW],
  ["promotion viewed", VIEW],
  ["live chat conversation started", chat(InteractionKind.STATUS_CHANGE, Direction.INBOUND)],
  ["live chat conversation ended", chat(InteractionKind.STATUS_CHANGE, Direction.INBOUND)],
  ["live chat message sent", chat(InteractionKind.MESSAGE, Direction.INBOUND)],
  ["live chat message received", chat(InteractionKind.MESSAGE, Direction.OUTBOUND)],
]);

export function meaningOf(event: string): Meaning {
  return MEANINGS.get(event.toLowerCase()) ?? OTHER;
}
