import type { Adapter, Item } from "../../pipeline/adapter";
import { isFresh } from "../../proof/freshness";
import { isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { readPayload } from "../../reading/payload";
import { readPart, unknownItem, unreadableItem } from "../../reading/read-parts";
import { ZendeskEvent, zendeskEvent } from "./zendesk-event";
import { readZendeskTicket } from "./zendesk-ticket";
import { readZendeskUser } from "./zendesk-user";

/** Zendesk names no window. It repeats a delivery within minutes, so an older one is no repetition. */
const WINDOW_SECONDS = 600;

/**
 * Zendesk's webhooks that are connected to events of users and tickets.
 *
 * Their types are written with a colon or a slash before the object: Zendesk's own page has both.
 */
export const zendeskAdapter: Adapter = {
  system: "zendesk",
  credentialFields: [
    {
      name: "signingSecret",
      description: "The webhook's signing secret: Zendesk, Admin Center, Apps and integrations, Webhooks.",
      required: true,
    },
  ],
  verify(delivery, connection) {
    const signature = delivery.headers.get("x-zendesk-webhook-signature");
    const timestamp = delivery.headers.get("x-zendesk-webhook-signature-timestamp");
    if (signature === undefined || timestamp === undefined) return "The signature is missing.";
    if (!isFresh(Date.parse(timestamp), delivery.receivedAt, WINDOW_SECONDS)) return "The signature is too old.";
    const message = Buffer.concat([Buffer.from(timestamp), delivery.rawBody]);
    const secrets = secretsOf(connection, "signingSecret");
    const signed = isSignedBy(secrets, message, signature, { hash: "sha256", encoding: "base64" });
    return signed ? null : "The signature does not match.";
  },
  read(delivery, connection) {
    const { value, problem } = readPayload(delivery.body);
    if (problem !== null) return [unreadableItem(problem, value)];
    return readPart(value, zendeskEvent, (event) => readEvent(event, connection.source, value));
  },
};

function readEvent(event: ZendeskEvent, source: string, payload: unknown): readonly Item[] {
  const [, object, happened] = /^zen:event-type[:/]([a-z_]+)\.([a-z_]+)$/.exec(event.type) ?? [];
  if (object === "user") return readZendeskUser(happened ?? "", event, source, payload);
  if (object === "ticket") return readZendeskTicket(happened ?? "", event, source, payload);
  return [unknownItem(event.type, payload)];
}
