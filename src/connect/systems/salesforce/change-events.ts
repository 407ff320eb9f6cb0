import { z } from "zod";
import type { Item } from "../../pipeline/adapter";
import { crmMergeItems } from "../../reading/crm-record";
import { epochMilliseconds, parts } from "../../reading/payload-fields";
import { readPart, unknownItem, unreadableItem } from "../../reading/read-parts";
import { salesforceId } from "./salesforce-id";
import { idOf, PEOPLE, salesforceItems } from "./salesforce-record";

const header = z.object({
  entityName: z.string(),
  changeType: z.string(),
  recordIds: z.array(z.string()).min(1).max(1000),
  commitTimestamp: epochMilliseconds,
  changedFields: parts.catch(undefined),
  nulledFields: parts.catch(undefined),
});

const change = z.looseObject({ ChangeEventHeader: header });
type Change = z.output<typeof change>;

/** One event or a list of them, each as the streaming API, the event bus or a relay of it wraps them. */
export function readChangeEvents(body: unknown, source: string): Item[] {
  const events = Array.isArray(body) ? body : [body];
  return events.flatMap((event) => readPart(unwrapped(event), change, (told) => itemsOf(told, source, event)));
}

function unwrapped(event: unknown): unknown {
  let inner = event;
  for (const wrapper of ["detail", "data", "payload"]) {
    if (typeof inner === "object" && inner !== null && Object.hasOwn(inner, wrapper)) {
      inner = (inner as Record<string, unknown>)[wrapper];
    }
  }
  return inner;
}

function itemsOf({ ChangeEventHeader: told, ...payload }: Change, source: string, event: unknown): readonly Item[] {
  if (!PEOPLE.has(told.entityName)) return [unknownItem(told.entityName, event)];
  // A wildcard stands for all objects of a kind, and a gap for changes nobody wrote down: both need a full import.
  const keys = told.recordIds.map(salesforceId);
  if (keys.includes(null)) {
    const isWildcard = told.recordIds.some((recordId) => recordId.endsWith("*"));
    return [isWildcard ? unknownItem(told.changeType, event) : unreadableItem("recordIds: are no ids.", event)];
  }
  return keys.flatMap((key) => ofOneRecord(key!, told, payload, source, event));
}

function ofOneRecord(
  key: string,
  told: z.output<typeof header>,
  payload: Record<string, unknown>,
  source: string,
  event: unknown,
): readonly Item[] {
  const at = told.commitTimestamp;
  switch (told.changeType) {
    case "CREATE":
    case "UPDATE":
    case "UNDELETE":
      return salesforceItems({ source, key, observedAt: at, fields: fieldsOf(payload, told) }, at);
    case "DELETE":
    case "GAP_DELETE": {
      // The loser of a merge is deleted too, and says who its master is.
      const survivorKey = idOf(payload.MasterRecordId);
      if (survivorKey === null || survivorKey === key) return [{ kind: "RECORD_REMOVED", source, key, at }];
      return crmMergeItems(source, survivorKey, [key], at);
    }
    default:
      return [unknownItem(told.changeType, event)];
  }
}

/**
 * The fields that the change is about. Some clients write null for every other field, too: null clears a field only where
 * the header says so. Fields that belong together, such as a name, come as one object with the changed parts.
 */
function fieldsOf(payload: Record<string, unknown>, told: z.output<typeof header>): Record<string, unknown> {
  const named = new Set([...(told.nulledFields ?? []), ...(told.changedFields ?? [])]);
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [part, inner] of Object.entries(value)) {
        if (inner !== null || named.has(`${name}.${part}`)) fields[partName(name, part)] = inner;
      }
    } else if (value !== null || named.has(name)) fields[name] = value;
  }
  return fields;
}

/** `MailingAddress.City` is `MailingCity` elsewhere in Salesforce, and `Name.FirstName` is `FirstName`. */
function partName(name: string, part: string): string {
  return name.endsWith("Address") ? `${name.slice(0, -"Address".length)}${part}` : part;
}
