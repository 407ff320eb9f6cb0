import { z } from "zod";
import type { Item } from "../../pipeline/adapter";
import { crmMergeItems, crmRecordItem } from "../../reading/crm-record";
import { detail, personId } from "../../reading/payload-fields";
import { readPart, unknownItem } from "../../reading/read-parts";
import type { ZendeskEvent } from "./zendesk-event";

const user = z.object({
  id: personId,
  email: detail.nullable(),
  external_id: detail.nullable(),
  name: detail.nullable(),
  phone: detail.nullable(),
  role: detail.nullable(),
});

/** The other user of a merge. */
const merged = z.object({ user: z.object({ id: personId }) });

/** Which attribute a change of one field is about. */
const CHANGED: Readonly<Record<string, string>> = {
  name_changed: "displayName",
  external_id_changed: "externalId",
};

const REPORTED: ReadonlySet<string> = new Set([
  "created",
  "details_changed",
  "identity_changed",
  "identity_created",
  "identity_deleted",
  ...Object.keys(CHANGED),
]);

/** A customer; agents and administrators of the company are none. */
export function readZendeskUser(
  happened: string,
  told: ZendeskEvent,
  source: string,
  payload: unknown,
): readonly Item[] {
  return readPart(told.detail, user, (person): Item | readonly Item[] => {
    const key = person.id;
    const isStaff = person.role === "agent" || person.role === "admin";
    if (isStaff) return unknownItem(told.type, payload);
    const current = told.event?.current;
    if (happened === "deleted" || (happened === "active_changed" && current === false)) {
      return { kind: "RECORD_REMOVED", source, key, at: told.time };
    }
    if (happened === "merged") return ofMerge(key, told, source, payload);
    if (!REPORTED.has(happened) && happened !== "active_changed") return unknownItem(told.type, payload);
    const changed = CHANGED[happened];
    return crmRecordItem({
      source,
      key,
      observedAt: told.time,
      identifiers: [
        ["EMAIL", person.email],
        ["PHONE", person.phone],
      ],
      attributes: {
        displayName: person.name || undefined,
        externalId: person.external_id || undefined,
        ...(changed === undefined ? {} : { [changed]: typeof current === "string" ? current : null }),
      },
    });
  });
}

/** Two users are one person from then on; which of them is left does not matter to that. */
function ofMerge(key: string, told: ZendeskEvent, source: string, payload: unknown): Item | readonly Item[] {
  const other = merged.safeParse(told.event);
  if (!other.success || other.data.user.id === key) return unknownItem(told.type, payload);
  return crmMergeItems(source, key, [other.data.user.id], told.time);
}
