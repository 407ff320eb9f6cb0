import type { Adapter, Connection, Delivery } from "../../pipeline/adapter";
import { isFresh } from "../../proof/freshness";
import { isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { readPayload } from "../../reading/payload";
import { unreadableItem } from "../../reading/read-parts";
import { readHubspotEvents } from "./hubspot-events";

/** Both from HubSpot's page on validating requests, version 3 of the signature. */
const WINDOW_SECONDS = 300;
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/**
 * HubSpot's webhooks of contacts: created, changed, merged, restored and deleted.
 *
 * A delivery is signed over the method, the address, the body and its time. It holds up to 100 events of one property
 * each, in no order: which value is the latest is told by the time of each.
 */
export const hubspotAdapter: Adapter = {
  system: "hubspot",
  credentialFields: [
    { name: "clientSecret", description: "The app's client secret: HubSpot, the app, Auth.", required: true },
  ],
  verify(delivery, connection) {
    const signature = delivery.headers.get("x-hubspot-signature-v3");
    const timestamp = delivery.headers.get("x-hubspot-request-timestamp") ?? "";
    if (signature === undefined || !/^[0-9]{1,15}$/.test(timestamp)) return "The signature is missing.";
    if (!isFresh(Number(timestamp), delivery.receivedAt, WINDOW_SECONDS)) return "The signature is too old.";
    return isSigned(delivery, connection, signature, timestamp) ? null : "The signature does not match.";
  },
  read(delivery, connection) {
    const { value, problem } = readPayload(delivery.body);
    if (problem !== null) return [unreadableItem(problem, value)];
    if (!Array.isArray(value)) return [unreadableItem("The body is no list of events.", value)];
    return readHubspotEvents(value, connection.source);
  },
};

/** HubSpot signs the address with some of its escapes undone. */
function isSigned({ method, url, rawBody }: Delivery, connection: Connection, signature: string, timestamp: string) {
  const address = url.replace(DECODED, (escaped) => decodeURIComponent(escaped));
  const message = Buffer.concat([Buffer.from(`${method}${address}`), rawBody, Buffer.from(timestamp)]);
  return isSignedBy(secretsOf(connection, "clientSecret"), message, signature, { hash: "sha256", encoding: "base64" });
}
