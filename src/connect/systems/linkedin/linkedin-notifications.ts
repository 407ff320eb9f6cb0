import { z } from "zod";
import { Channel, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem, identifier } from "../../reading/event-item";
import { detail, epochMilliseconds, id, personId } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";

const words = z.string().optional().catch(undefined);
const decorated = z.object({ owner: personId.optional(), text: words, entity: detail, object: detail }).optional();

const notification = z.object({
  notificationId: id,
  organizationalEntity: id,
  action: z.string(),
  lastModifiedAt: epochMilliseconds,
  sourcePost: detail,
  generatedActivity: z.string().optional(),
  decoratedGeneratedActivity: z.object({ comment: decorated, share: decorated }).optional(),
});

type Notification = z.output<typeof notification>;

/** By action; every other one is kept aside. */
const KINDS: Readonly<Record<string, InteractionKind>> = {
  COMMENT: InteractionKind.COMMENT,
  COMMENT_EDIT: InteractionKind.COMMENT,
  COMMENT_DELETE: InteractionKind.STATUS_CHANGE,
  LIKE: InteractionKind.OTHER,
  SHARE: InteractionKind.OTHER,
  SHARE_MENTION: InteractionKind.MENTION,
};
const PERSON_IN_URN = /urn:li:person:[\w-]{1,100}/;

/** Each by itself. What the organization did on its own page, and what nobody is named for, is kept aside. */
export function readLinkedinNotifications(notifications: readonly unknown[], source: string): Item[] {
  return readParts(notifications, notification, (told, payload) => {
    const kind = Object.hasOwn(KINDS, told.action) ? KINDS[told.action] : undefined;
    const author = authorOf(told);
    if (kind === undefined || author === undefined || author === told.organizationalEntity) {
      return unknownItem(told.action, payload);
    }
    const said = told.decoratedGeneratedActivity?.comment ?? told.decoratedGeneratedActivity?.share;
    return eventItem(
      {
        messageId: told.notificationId,
        source,
        channel: Channel.LINKEDIN,
        kind,
        visibility: Visibility.PUBLIC,
        occurredAt: told.lastModifiedAt,
        conversationKey: compositeId("linkedin", told.organizationalEntity, author),
        text: said?.text,
        subject: { key: author, identifiers: [identifier("LINKEDIN_ID", author, "VERIFIED")] },
        data: { type: told.action, post: told.sourcePost, activity: told.generatedActivity, ...formerOf(told) },
      },
      payload,
    );
  });
}

/** The owner of what was written; of a reaction the person in its name, such as `urn:li:reaction:(urn:li:person:a,...)`. */
function authorOf({ decoratedGeneratedActivity: activity, generatedActivity }: Notification): string | undefined {
  return activity?.comment?.owner ?? activity?.share?.owner ?? PERSON_IN_URN.exec(generatedActivity ?? "")?.[0];
}

function formerOf({ action, generatedActivity }: Notification): Record<string, unknown> {
  if (action === "COMMENT_EDIT") return { edits: generatedActivity };
  return action === "COMMENT_DELETE" ? { deletes: generatedActivity } : {};
}
