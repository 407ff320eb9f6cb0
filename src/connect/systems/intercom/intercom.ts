import type { Adapter, Item } from "../../pipeline/adapter";
import { isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { readPayload } from "../../reading/payload";
import { readPart, unknownItem, unreadableItem } from "../../reading/read-parts";
import { readIntercomContact } from "./intercom-contact";
import { readIntercomConversation } from "./intercom-conversation";
import { IntercomNotification, intercomNotification } from "./intercom-notification";

/**
 * Intercom's webhooks of contacts and conversations.
 *
 * `contact.merged` names only the contact that is left. The merged one stays a record of its own: it is joined where
 * both carry the same external id, e-mail address or number, and by a person's decision otherwise.
 */
export const intercomAdapter: Adapter = {
  system: "intercom",
  credentialFields: [
    {
      name: "clientSecret",
      description: "The app's client secret: Intercom, Developer Hub, the app, Basic information.",
      required: true,
    },
  ],
  verify(delivery, connection) {
    const [scheme, digest] = (delivery.headers.get("x-hub-signature") ?? "").split("=");
    if (scheme !== "sha1" || digest === undefined) return "The signature is missing.";
    const secrets = secretsOf(connection, "clientSecret");
    const signed = isSignedBy(secrets, delivery.rawBody, digest, { hash: "sha1", encoding: "hex" });
    return signed ? null : "The signature does not match.";
  },
  read(delivery, connection) {
    const { value, problem } = readPayload(delivery.body);
    if (problem !== null) return [unreadableItem(problem, value)];
    return readPart(value, intercomNotification, (told) => readNotification(told, connection.source, value));
  },
};

function readNotification(told: IntercomNotification, source: string, payload: unknown): readonly Item[] {
  const [object] = told.topic.split(".");
  const { item } = told.data;
  switch (object) {
    // What the API called users, leads and visitors until 2019; workspaces of that time still do.
    case "contact":
    case "user":
    case "lead":
      return readIntercomContact(told, source, payload);
    case "conversation":
      return item.type === "conversation" || item.type === undefined
        ? readIntercomConversation(told, source, payload)
        : [unknownItem(told.topic, payload)];
    default:
      return [unknownItem(told.topic, payload)];
  }
}
