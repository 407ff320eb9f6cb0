import type { Adapter, Answer, Connection, Delivery } from "../../pipeline/adapter";
import { isOneOfSecrets } from "../../proof/is-one-of-secrets";
import { presentedSecret } from "../../proof/presented-secret";
import { readPayload } from "../../reading/payload";
import { unreadableItem } from "../../reading/read-parts";
import { readChangeEvents } from "./change-events";
import { outboundItems, readOutboundMessage } from "./outbound-message";
import { salesforceId } from "./salesforce-id";

const ACKNOWLEDGEMENT: Answer = {
  status: 200,
  contentType: "text/xml; charset=utf-8",
  body:
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
    '<soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>' +
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>",
};

/**
 * Contacts and leads of Salesforce, by either of its two ways: outbound messages (SOAP, from a flow), and events of Change
 * Data Capture as JSON, which a relay of the company's forwards because Salesforce gives them out as a stream only.
 *
 * Salesforce signs neither. A delivery counts when it knows the secret that was made for this connection, as the last part
 * of the address or as a bearer token; a message also has to come from the organization that was named. A merge deletes
 * the loser with the master's id on it.
 */
export const salesforceAdapter: Adapter = {
  system: "salesforce",
  credentialFields: [
    {
      name: "secret",
      description: "A long random text of yours; the address given to Salesforce ends in it.",
      required: true,
    },
    {
      name: "organizationId",
      description: "Salesforce, Setup, Company Information: 15 or 18 characters beginning with 00D.",
      required: true,
    },
  ],
  verify(delivery, connection) {
    const given = presentedSecret(delivery);
    if (given === "") return "The secret is missing.";
    const matching = connection.credentials.filter(
      ({ secret = "" }) => secret !== "" && isOneOfSecrets([secret], given),
    );
    if (matching.length === 0) return "The secret does not match.";
    return isXml(delivery) && !isFromOneOf(matching, delivery) ? "The organization does not match." : null;
  },
  read(delivery, connection) {
    if (isXml(delivery)) {
      const message = readOutboundMessage(delivery.body);
      if ("problem" in message) return [unreadableItem(message.problem, null)];
      return outboundItems(message, connection.source, delivery.receivedAt);
    }
    const { value, problem } = readPayload(delivery.body);
    return problem === null ? readChangeEvents(value, connection.source) : [unreadableItem(problem, value)];
  },
  acknowledgement(delivery) {
    return isXml(delivery) ? ACKNOWLEDGEMENT : { status: 200, contentType: "text/plain", body: "" };
  },
};

function isFromOneOf(credentials: Connection["credentials"], delivery: Delivery): boolean {
  const message = readOutboundMessage(delivery.body);
  if ("problem" in message) return false;
  return credentials.some(({ organizationId = "" }) => salesforceId(organizationId.trim()) === message.organizationId);
}

/** JSON begins otherwise, whatever the headers say. */
function isXml({ body }: Delivery): boolean {
  return /^\s*(?:\ufeff)?\s*</.test(body.toString("utf8", 0, 200));
}
