import { z } from "zod";
import { Channel, Direction, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem } from "../../reading/event-item";
import { dateText, detail, displayName, epochMilliseconds, id, personId, text } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { conversationOf, subjectOf, type XContext, type XUser, xUser } from "./x-person";

const quotedPost = z.object({ id_str: id, user: xUser.optional() }).optional().catch(undefined);

const post = z.object({
  id_str: id,
  created_at: dateText,
  timestamp_ms: epochMilliseconds.optional().catch(undefined),
  text,
  full_text: text,
  extended_tweet: z.object({ full_text: text }).optional().catch(undefined),
  user: xUser,
  in_reply_to_status_id_str: id.nullish(),
  in_reply_to_user_id_str: personId.nullish(),
  in_reply_to_screen_name: displayName,
  retweeted_status: quotedPost,
  quoted_status: quotedPost,
  lang: detail,
  extended_entities: z
    .object({ media: z.array(z.object({ id_str: detail, type: detail, media_url_https: detail })) })
    .optional()
    .catch(undefined),
});

type Post = z.output<typeof post>;

/**
 * Posts of customers that mention, answer, quote or repeat the account, and its own answers to them. A post of the account
 * to nobody is nobody's, and kept aside.
 */
export function readXPosts(posts: readonly unknown[], context: XContext): Item[] {
  return readParts(posts, post, (told, payload) => {
    const outbound = told.user.id === context.brand;
    const customer = outbound ? addresseeOf(told) : told.user;
    if (customer === undefined || customer.id === context.brand) return unknownItem("own post", payload);
    return eventItem(
      {
        messageId: told.id_str,
        source: context.source,
        channel: Channel.X,
        kind: kindOf(told, context, outbound),
        direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
        visibility: Visibility.PUBLIC,
        occurredAt: told.timestamp_ms ?? told.created_at,
        conversationKey: conversationOf(context, customer.id),
        actor: outbound ? (told.user.screen_name ?? told.user.id) : undefined,
        text: told.extended_tweet?.full_text ?? told.full_text ?? told.text,
        subject: subjectOf(customer),
        data: {
          type: "post",
          repliesTo: told.in_reply_to_status_id_str ?? undefined,
          quotes: told.quoted_status?.id_str,
          reposts: told.retweeted_status?.id_str,
          lang: told.lang,
          media: told.extended_entities?.media,
        },
      },
      payload,
    );
  });
}

const deleted = z.object({ status: z.object({ id, user_id: personId }), timestamp_ms: epochMilliseconds });

export function readXDeletions(deletions: readonly unknown[], context: XContext): Item[] {
  return readParts(deletions, deleted, ({ status, timestamp_ms }, payload) => {
    if (status.user_id === context.brand) return unknownItem("own post deleted", payload);
    return eventItem(
      {
        messageId: compositeId(status.id, "deleted"),
        source: context.source,
        channel: Channel.X,
        kind: InteractionKind.STATUS_CHANGE,
        visibility: Visibility.PUBLIC,
        occurredAt: timestamp_ms,
        conversationKey: conversationOf(context, status.user_id),
        subject: subjectOf({ id: status.user_id }),
        data: { type: "post_deleted", deletes: status.id },
      },
      payload,
    );
  });
}

/** Whom a post of the account speaks to: whoever it answers, repeats or quotes. */
function addresseeOf(told: Post): (Partial<XUser> & { id: string }) | undefined {
  const { in_reply_to_user_id_str: answered, in_reply_to_screen_name: screen_name } = told;
  if (answered) return { id: answered, screen_name };
  return told.retweeted_status?.user ?? told.quoted_status?.user;
}

function kindOf(told: Post, { brand }: XContext, outbound: boolean): InteractionKind {
  if (told.retweeted_status !== undefined) return InteractionKind.OTHER;
  if (outbound || told.in_reply_to_user_id_str === brand) return InteractionKind.COMMENT;
  return InteractionKind.MENTION;
}
