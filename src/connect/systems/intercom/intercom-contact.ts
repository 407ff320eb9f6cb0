import { z } from "zod";
import type { Item } from "../../pipeline/adapter";
import { crmRecordItem } from "../../reading/crm-record";
import { detail, epochSeconds, personId } from "../../reading/payload-fields";
import { readPart, unknownItem } from "../../reading/read-parts";
import type { IntercomNotification } from "./intercom-notification";

const CONTACTS: ReadonlySet<string> = new Set(["contact", "user", "lead"]);
const location = z.object({ city: detail, region: detail, country: detail }).nullish().catch(undefined);

const contact = z.object({
  type: z.string(),
  id: personId,
  external_id: detail,
  email: detail,
  phone: detail,
  name: detail,
  role: detail,
  language_override: detail,
  location,
  updated_at: epochSeconds.nullish().catch(undefined),
});

/** A contact, or that it was deleted. Topics about what hangs on a contact, such as its tags, are not known here. */
export function readIntercomContact(told: IntercomNotification, source: string, payload: unknown): readonly Item[] {
  const { item } = told.data;
  if (item.type === undefined || !CONTACTS.has(item.type)) return [unknownItem(told.topic, payload)];
  return readPart(item, contact, (person): Item => {
    const key = person.id;
    if (told.topic.endsWith(".deleted")) return { kind: "RECORD_REMOVED", source, key, at: told.created_at };
    return crmRecordItem({
      source,
      key,
      observedAt: person.updated_at ?? told.created_at,
      identifiers: [
        ["USER_ID", person.external_id],
        ["EMAIL", person.email],
        ["PHONE", person.phone],
      ],
      attributes: {
        displayName: person.name,
        language: person.language_override,
        address: person.location ?? undefined,
        role: person.role,
      },
    });
  });
}
