import { z } from "zod";
import { Channel, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Adapter, Item } from "../../pipeline/adapter";
import { type EventDraft, eventItem, identifier } from "../../reading/event-item";
import { displayName, id, personId, text } from "../../reading/payload-fields";
import { readPart, readParts, unknownItem } from "../../reading/read-parts";
import { metaConversation, readMessaging } from "../meta/meta-messaging";
import { META_CREDENTIALS, type MetaEntry, metaHandshake, readMeta, verifyMeta } from "../meta/meta-webhook";

/**
 * An Instagram professional account: messages and comments. A mention elsewhere comes without its author and its words,
 * only with ids to ask for, and is kept aside.
 * Format: https://developers.facebook.com/docs/instagram-platform/webhooks/examples
 */
export const instagramAdapter: Adapter = {
  system: "instagram",
  timesVary: true,
  credentialFields: META_CREDENTIALS,
  handshake: metaHandshake,
  verify: verifyMeta,
  read: (delivery, { source }) =>
    readMeta(delivery, "instagram", (entry) => [
      ...readMessaging(entry, { source, channel: Channel.INSTAGRAM, idKind: "INSTAGRAM_ID" }),
      ...readComments(entry, source),
    ]),
};

const change = z.object({ field: z.string(), value: z.unknown() });

const comment = z.object({
  field: z.string(),
  value: z.object({
    id,
    text,
    from: z.object({ id: personId, username: displayName }),
    parent_id: id.optional(),
    media: z.object({ id: id.optional(), original_media_id: id.optional() }).optional().catch(undefined),
  }),
});

/**
 * Meta tells of one comment on an advertised post twice, once with what it knows of the advertisement: only what both
 * say is kept, so that the second is a duplicate. Comments have no time but that of the delivery.
 */
function readComments({ id: account, time, changes }: MetaEntry, source: string): Item[] {
  return readParts(changes, change, ({ field }, payload) => {
    if (field !== "comments" && field !== "live_comments") return unknownItem(field, payload);
    return readPart(payload, comment, ({ value }) => {
      if (value.from.id === account || time === undefined) return unknownItem(field, payload);
      const { id: customer, username } = value.from;
      const draft: EventDraft = {
        messageId: value.id,
        source,
        channel: Channel.INSTAGRAM,
        kind: InteractionKind.COMMENT,
        visibility: Visibility.PUBLIC,
        occurredAt: time,
        conversationKey: metaConversation(Channel.INSTAGRAM, account, customer),
        text: value.text,
        subject: {
          key: customer,
          identifiers: [identifier("INSTAGRAM_ID", customer, "VERIFIED")],
          attributes: username === undefined ? undefined : { displayName: username },
        },
        data: { type: field, parentId: value.parent_id, mediaId: value.media?.original_media_id ?? value.media?.id },
      };
      return eventItem(draft, payload);
    });
  });
}
