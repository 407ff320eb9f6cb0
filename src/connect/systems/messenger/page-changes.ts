import { z } from "zod";
import { Channel, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, type EventDraft, eventItem, identifier } from "../../reading/event-item";
import { detail, displayName, epochSeconds, id, personId, text } from "../../reading/payload-fields";
import { readPart, readParts, unknownItem } from "../../reading/read-parts";
import { metaConversation } from "../meta/meta-messaging";
import type { MetaEntry } from "../meta/meta-webhook";

const change = z.object({ field: z.string(), value: z.unknown() });

/** Comments, posts and reactions name their author in `from`, mentions in `sender_id`, reviews in `reviewer_id`. */
const activity = z.object({
  item: z.string().optional(),
  verb: z.string().optional(),
  from: z.object({ id: personId, name: displayName }).optional(),
  sender_id: personId.optional(),
  sender_name: displayName,
  reviewer_id: personId.optional(),
  reviewer_name: displayName,
  message: text,
  review_text: text,
  created_time: epochSeconds.optional(),
  comment_id: id.optional(),
  post_id: id.optional(),
  parent_id: id.optional(),
  open_graph_story_id: id.optional(),
  reaction_type: detail,
  recommendation_type: detail,
  rating: detail,
  photo_id: detail,
  video_id: detail,
  link: detail,
});

type Activity = z.output<typeof activity>;

const POSTS: ReadonlySet<string> = new Set(["post", "status", "photo", "video", "share", "note", "link"]);

/**
 * What happens in public on a page. What the page itself does is kept aside: Meta names the comment that it answers, but
 * not whose it is.
 */
export function readPageChanges({ id: page, time, changes }: MetaEntry, source: string): Item[] {
  return readParts(changes, change, ({ field, value }, payload) =>
    readPart(payload, change.extend({ value: activity }), ({ value: about }) => {
      const author = authorOf(about);
      const kind = kindOf(field, about);
      const item = about.item ?? "change";
      if (author === undefined || author.id === page || kind === null) return unknownItem(`${field} ${item}`, payload);
      const isNew = about.verb === undefined || about.verb === "add";
      const occurredAt = (isNew ? about.created_time : time) ?? time ?? about.created_time;
      const id = idOf(about, kind, author.id);
      if (occurredAt === undefined || id === undefined) return unknownItem(`${field} ${item}`, { field, value });
      const draft: EventDraft = {
        messageId: isNew ? id : compositeId(id, about.verb ?? "", String(Date.parse(occurredAt))),
        source,
        channel: Channel.FACEBOOK,
        kind: about.verb === "remove" ? InteractionKind.STATUS_CHANGE : kind,
        visibility: Visibility.PUBLIC,
        occurredAt,
        conversationKey: metaConversation(Channel.FACEBOOK, page, author.id),
        text: about.verb === "remove" ? undefined : (about.message ?? about.review_text),
        subject: subjectOf(author),
        data: dataOf(field, about, id, isNew),
      };
      return eventItem(draft, payload);
    }),
  );
}

interface Author {
  readonly id: string;
  readonly name?: string;
}

function authorOf({ from, sender_id, sender_name, reviewer_id, reviewer_name }: Activity): Author | undefined {
  if (from) return from;
  if (sender_id !== undefined) return { id: sender_id, name: sender_name };
  return reviewer_id === undefined ? undefined : { id: reviewer_id, name: reviewer_name };
}

function subjectOf({ id: key, name }: Author): EventDraft["subject"] {
  const attributes = name === undefined ? undefined : { displayName: name };
  return { key, identifiers: [identifier("FACEBOOK_ID", key, "VERIFIED")], attributes };
}

/** Null for what is no word or act of a customer, such as the page's own settings. */
function kindOf(field: string, { item }: Activity): InteractionKind | null {
  if (field === "mention") return InteractionKind.MENTION;
  if (field === "ratings") return item === "comment" ? InteractionKind.COMMENT : InteractionKind.REVIEW;
  if (field !== "feed" || item === undefined) return null;
  if (item === "comment") return InteractionKind.COMMENT;
  if (item === "reaction" || item === "like") return InteractionKind.OTHER;
  return POSTS.has(item) ? InteractionKind.MENTION : null;
}

/** A reaction has no id of its own: it is the one of this person to that post or comment at that time. */
function idOf(about: Activity, kind: InteractionKind, author: string): string | undefined {
  const place = about.comment_id ?? about.post_id;
  if (kind !== InteractionKind.OTHER) return place ?? about.open_graph_story_id;
  return place && compositeId("reaction", place, author, about.created_time ?? "");
}

function dataOf(field: string, about: Activity, id: string, isNew: boolean): Record<string, unknown> {
  const { from, sender_id, sender_name, reviewer_id, reviewer_name, message, review_text, created_time, ...rest } =
    about;
  const former = isNew ? {} : about.verb === "remove" ? { deletes: id } : { edits: id };
  return { type: field, ...former, ...rest };
}
