import type { Instant } from "../../../db/column-types";
import type { Item } from "../../pipeline/adapter";
import { dateText } from "../../reading/payload-fields";
import { unknownItem, unreadableItem } from "../../reading/read-parts";
import { childOf, childrenOf, readXml, textOf, type XmlValue } from "../../reading/xml";
import { salesforceId } from "./salesforce-id";
import { PEOPLE, salesforceItems } from "./salesforce-record";

/** A SOAP message of Salesforce's workflow: up to 100 objects as they are now. */
export interface OutboundMessage {
  readonly organizationId: string;
  readonly notifications: readonly XmlValue[];
}

/** Null for what is no such message, with the reason. */
export function readOutboundMessage(body: Buffer): OutboundMessage | { readonly problem: string } {
  const { value, problem } = readXml(body);
  if (problem !== null) return { problem };
  const told = childOf(childOf(childOf(value, "Envelope"), "Body"), "notifications");
  if (told === undefined) return { problem: "The body is no outbound message." };
  const organizationId = salesforceId(textOf(childOf(told, "OrganizationId")).trim());
  if (organizationId === null) return { problem: "The message names no organization." };
  return { organizationId, notifications: childrenOf(told, "Notification") };
}

/** The session id that comes with a message is read nowhere, so it is kept nowhere. */
export function outboundItems(message: OutboundMessage, source: string, receivedAt: Instant): Item[] {
  if (message.notifications.length === 0) return [unreadableItem("The message holds no notification.", null)];
  return message.notifications.flatMap((notification) => itemsOf(notification, source, receivedAt));
}

function itemsOf(notification: XmlValue, source: string, receivedAt: Instant): Item[] {
  const object = childOf(notification, "sObject");
  const entity = textOf(childOf(object, "@type")).split(":").at(-1) ?? "";
  const key = salesforceId(textOf(childOf(object, "Id")).trim());
  if (object === undefined || entity === "" || key === null) {
    return [unreadableItem("The notification holds no object with its type and id.", notification)];
  }
  if (!PEOPLE.has(entity)) return [unknownItem(entity, notification)];
  const fields = fieldsOf(object);
  const modified = dateText.safeParse(fields.SystemModstamp ?? fields.LastModifiedDate);
  const observedAt = modified.success ? modified.data : null;
  return salesforceItems({ source, key, observedAt, fields }, observedAt ?? receivedAt);
}

/** A field that is `xsi:nil` is empty in Salesforce. */
function fieldsOf(object: XmlValue): Record<string, unknown> {
  if (typeof object !== "object" || Array.isArray(object)) return {};
  const names = Object.keys(object).filter((name) => !/^[@#]/.test(name));
  return Object.fromEntries(
    names.map((name) => {
      const field = childOf(object, name);
      return [name, textOf(childOf(field, "@nil")) === "true" ? null : textOf(field)];
    }),
  );
}
