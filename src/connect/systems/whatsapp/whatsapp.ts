import { z } from "zod";
import type { Adapter, Item } from "../../pipeline/adapter";
import { id, parts } from "../../reading/payload-fields";
import { readPart, readParts, unknownItem } from "../../reading/read-parts";
import { META_CREDENTIALS, type MetaEntry, metaHandshake, readMeta, verifyMeta } from "../meta/meta-webhook";
import { readWhatsappCalls } from "./whatsapp-calls";
import { readEchoes, readMessages } from "./whatsapp-messages";
import { readContacts } from "./whatsapp-person";
import { readFailures } from "./whatsapp-statuses";

/**
 * Numbers on WhatsApp's Cloud API. What the company sends by the API itself comes back as receipts without its words, of which only failures are kept;
 * what it sends from the WhatsApp Business app comes as echoes.
 * Format: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components
 */
export const whatsappAdapter: Adapter = {
  system: "whatsapp",
  credentialFields: META_CREDENTIALS,
  handshake: metaHandshake,
  verify: verifyMeta,
  read: (delivery, { source }) =>
    readMeta(delivery, "whatsapp_business_account", (entry) => readChanges(entry, source)),
};

const change = z.object({ field: z.string(), value: z.unknown() });

const value = z.object({
  metadata: z.object({ phone_number_id: id, display_phone_number: id.optional() }),
  contacts: parts.catch(undefined),
  messages: parts,
  message_echoes: parts,
  statuses: parts,
  calls: parts,
});

const FIELDS: ReadonlySet<string> = new Set(["messages", "smb_message_echoes", "calls"]);

function readChanges({ changes }: MetaEntry, source: string): Item[] {
  return readParts(changes, change, ({ field }, payload) => {
    if (!FIELDS.has(field)) return unknownItem(field, payload);
    return readPart(payload, change.extend({ value }), ({ value: said }) => {
      const number = {
        source,
        phoneNumberId: said.metadata.phone_number_id,
        actor: said.metadata.display_phone_number,
      };
      const contacts = readContacts(said.contacts ?? []);
      const items = [
        ...readMessages(said.messages ?? [], number, contacts),
        ...readEchoes(said.message_echoes ?? [], number, contacts),
        ...readFailures(said.statuses ?? [], number),
        ...readWhatsappCalls(said.calls ?? [], number, contacts),
      ];
      const nothing = said.messages ?? said.message_echoes ?? said.statuses ?? said.calls;
      return nothing === undefined ? unknownItem(field, payload) : items;
    });
  });
}
