import { z } from "zod";
import type { Item } from "../../pipeline/adapter";
import { crmMergeItems, crmRecordItem } from "../../reading/crm-record";
import { epochMilliseconds, personId } from "../../reading/payload-fields";
import { readParts, unknownItem, unreadableItem } from "../../reading/read-parts";
import { hubspotProperty } from "./hubspot-property";

/** What the newer, general subscriptions call a contact. */
const CONTACT_TYPE_ID = "0-1";

const hubspotEvent = z.object({
  subscriptionType: z.string(),
  objectTypeId: z.string().optional().catch(undefined),
  occurredAt: epochMilliseconds,
  objectId: personId.optional(),
  propertyName: z.string().optional(),
  propertyValue: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  /** Of a merge: whose values win, the others, and the id of the result where that is neither. */
  primaryObjectId: personId.optional(),
  mergedObjectIds: z.array(personId).optional(),
  newObjectId: personId.nullish(),
});

type HubspotEvent = z.output<typeof hubspotEvent>;

export function readHubspotEvents(events: readonly unknown[], source: string): Item[] {
  return readParts(events, hubspotEvent, (event, payload) => {
    const happened = whatHappened(event);
    if (happened === null) return unknownItem(event.subscriptionType, payload);
    if (happened === "merge") return merged(event, source, payload);
    if (event.objectId === undefined) return unreadableItem("objectId: is missing.", payload);
    return ofOneContact(happened, event, event.objectId, source, payload);
  });
}

/** Null for what is no contact. */
function whatHappened({ subscriptionType, objectTypeId }: HubspotEvent): string | null {
  const [object, happened] = subscriptionType.split(".");
  if (happened === undefined) return null;
  return object === "contact" || (object === "object" && objectTypeId === CONTACT_TYPE_ID) ? happened : null;
}

function ofOneContact(happened: string, event: HubspotEvent, key: string, source: string, payload: unknown): Item {
  const at = event.occurredAt;
  switch (happened) {
    case "creation":
    case "restore":
      return crmRecordItem({ source, key, observedAt: at });
    case "propertyChange":
      if (!event.propertyName) return unreadableItem("propertyName: is missing.", payload);
      return crmRecordItem({
        source,
        key,
        observedAt: at,
        ...hubspotProperty(event.propertyName, event.propertyValue ?? null),
      });
    case "deletion":
    case "privacyDeletion":
      return { kind: "RECORD_REMOVED", source, key, at };
    default:
      return unknownItem(event.subscriptionType, payload);
  }
}

/** HubSpot may give the result a new id; all ids that took part lead to it. */
function merged(event: HubspotEvent, source: string, payload: unknown): Item | readonly Item[] {
  const { primaryObjectId, mergedObjectIds = [], newObjectId } = event;
  const survivorKey = newObjectId ?? primaryObjectId ?? event.objectId;
  const ids = new Set([...(primaryObjectId === undefined ? [] : [primaryObjectId]), ...mergedObjectIds]);
  if (survivorKey === undefined) return unreadableItem("primaryObjectId: is missing.", payload);
  ids.delete(survivorKey);
  if (ids.size === 0) return unreadableItem("mergedObjectIds: names nobody else.", payload);
  return crmMergeItems(source, survivorKey, [...ids], event.occurredAt);
}
