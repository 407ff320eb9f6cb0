import { z } from "zod";
import { Channel, Direction, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem, identifier } from "../../reading/event-item";
import { dateText, displayName, id, personId, text } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";

/** Whose comments are read, and under which source they go in. */
export interface CommentContext {
  readonly source: string;
  readonly ownChannel: string;
}

const author = z.object({ value: personId }).optional().catch(undefined);

const comment = z.object({
  id,
  snippet: z.object({
    videoId: id.optional(),
    parentId: id.optional(),
    textDisplay: text,
    authorDisplayName: displayName,
    authorChannelId: author,
    publishedAt: dateText,
    updatedAt: dateText,
  }),
});

const thread = z.object({
  id,
  snippet: z.object({
    videoId: id.optional(),
    totalReplyCount: z.number().optional().catch(undefined),
    topLevelComment: comment,
  }),
  replies: z.object({ comments: z.array(z.unknown()) }).optional(),
});

const page = z.object({ nextPageToken: z.string().min(1).optional(), items: z.array(z.unknown()) });

export type Thread = z.output<typeof thread>;

/** A page of a list of the API; null when it is none. */
export function readPage(value: unknown): z.output<typeof page> | null {
  const result = page.safeParse(value);
  return result.success ? result.data : null;
}

/** One of `commentThreads.list`; null when it cannot be read. */
export function readThread(value: unknown): Thread | null {
  const result = thread.safeParse(value);
  return result.success ? result.data : null;
}

/** Changes when the comment is edited or answered. The numbers of likes are no part of it. */
export function versionOf({ snippet, replies }: Thread): string {
  const answers = snippet.totalReplyCount ?? replies?.comments.length ?? 0;
  return `${snippet.topLevelComment.snippet.updatedAt} ${answers}`;
}

/** The comment that begins a thread. */
export function readTopComment(about: Thread, context: CommentContext): Item {
  const top = about.snippet.topLevelComment;
  return itemOf(top, about, context, top);
}

/** Answers in a thread, each by itself. */
export function readAnswers(answers: readonly unknown[], about: Thread, context: CommentContext): Item[] {
  return readParts(answers, comment, (said, payload) => itemOf(said, about, context, payload));
}

/**
 * Comments are public, and the thread is their conversation. What the channel answers goes to the one who began the
 * thread. An edited comment is one more event: what was read before stays.
 * Format: https://developers.google.com/youtube/v3/docs/comments
 */
function itemOf(
  { id: commentId, snippet }: z.output<typeof comment>,
  about: Thread,
  { source, ownChannel }: CommentContext,
  payload: unknown,
): Item {
  const outbound = snippet.authorChannelId?.value === ownChannel;
  const customer = outbound ? about.snippet.topLevelComment.snippet : snippet;
  const customerId = customer.authorChannelId?.value;
  if (customerId === undefined || customerId === ownChannel) return unknownItem("comment", payload);
  const edited = snippet.updatedAt !== snippet.publishedAt;
  return eventItem(
    {
      messageId: edited ? compositeId(commentId, "edit", String(Date.parse(snippet.updatedAt))) : commentId,
      source,
      channel: Channel.YOUTUBE,
      kind: InteractionKind.COMMENT,
      direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
      visibility: Visibility.PUBLIC,
      occurredAt: snippet.updatedAt,
      conversationKey: compositeId("youtube", about.id),
      actor: outbound ? ownChannel : undefined,
      text: snippet.textDisplay,
      subject: {
        key: customerId,
        identifiers: [identifier("YOUTUBE_ID", customerId, "VERIFIED")],
        attributes: customer.authorDisplayName && { displayName: customer.authorDisplayName },
      },
      data: {
        type: "comment",
        videoId: snippet.videoId ?? about.snippet.videoId,
        repliesTo: snippet.parentId,
        edits: edited ? commentId : undefined,
      },
    },
    payload,
  );
}
