import { z } from "zod";
import type { Item } from "../../pipeline/adapter";
import { personId } from "../../reading/payload-fields";
import { readPart, unknownItem } from "../../reading/read-parts";
import { readXMessages } from "./x-messages";
import type { XContext } from "./x-person";
import { readXDeletions, readXPosts } from "./x-posts";
import { readXLikes, readXRelations } from "./x-relations";

const activity = z.looseObject({
  for_user_id: personId,
  users: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** What accompanies an activity and is none itself; typing and receipts say nothing of a customer. */
const NO_ACTIVITY: ReadonlySet<string> = new Set([
  "for_user_id",
  "users",
  "apps",
  "user_has_blocked",
  "is_blocked_by",
  "direct_message_indicate_typing_events",
  "direct_message_mark_read_events",
]);

/** Each field of the delivery lists activities of one type. */
export function readXActivity(value: unknown, source: string): readonly Item[] {
  return readPart(value, activity, ({ for_user_id: brand, users = {}, ...lists }) =>
    Object.entries(lists).flatMap(([type, list]) => {
      if (NO_ACTIVITY.has(type)) return [];
      if (!Array.isArray(list)) return [unknownItem(type, { type, activity: list })];
      return readList(type, list, { source, brand }, users);
    }),
  );
}

function readList(type: string, list: unknown[], context: XContext, users: Readonly<Record<string, unknown>>): Item[] {
  switch (type) {
    case "tweet_create_events":
      return readXPosts(list, context);
    case "tweet_delete_events":
      return readXDeletions(list, context);
    case "direct_message_events":
      return readXMessages(list, context, users);
    case "favorite_events":
      return readXLikes(list, context);
    case "follow_events":
    case "unfollow_events":
    case "block_events":
    case "unblock_events":
    case "mute_events":
    case "unmute_events":
      return readXRelations(list, context);
    default:
      return list.map((one) => unknownItem(type, one));
  }
}
