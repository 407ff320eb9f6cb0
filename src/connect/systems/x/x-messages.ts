import { z } from "zod";
import { Channel, Direction } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { eventItem } from "../../reading/event-item";
import { detail, epochMilliseconds, id, personId, text } from "../../reading/payload-fields";
import { readParts, unknownItem } from "../../reading/read-parts";
import { conversationOf, subjectOf, type XContext, xUser } from "./x-person";

const media = z.object({ id_str: detail, type: detail, media_url_https: detail }).optional().catch(undefined);

const directMessage = z.object({
  type: z.string(),
  id,
  created_timestamp: epochMilliseconds,
  initiated_via: z.object({ tweet_id: detail, welcome_message_id: detail }).optional().catch(undefined),
  message_create: z
    .object({
      target: z.object({ recipient_id: personId }),
      sender_id: personId,
      source_app_id: detail,
      message_data: z.object({
        text,
        attachment: z.object({ type: detail, media }).optional().catch(undefined),
        quick_reply_response: z.object({ type: detail, metadata: detail }).optional().catch(undefined),
      }),
    })
    .optional(),
});

/** A message that was begun from a public post names that post: there the conversation went private. */
export function readXMessages(
  messages: readonly unknown[],
  context: XContext,
  users: Readonly<Record<string, unknown>>,
): Item[] {
  return readParts(messages, directMessage, (told, payload) => {
    const said = told.message_create;
    if (said === undefined) return unknownItem(told.type, payload);
    const outbound = said.sender_id === context.brand;
    const customer = outbound ? said.target.recipient_id : said.sender_id;
    const known = xUser.safeParse(Object.hasOwn(users, customer) ? users[customer] : undefined);
    const { text: words, attachment, quick_reply_response: quickReply } = said.message_data;
    const from = told.initiated_via;
    return eventItem(
      {
        messageId: told.id,
        source: context.source,
        channel: Channel.X,
        direction: outbound ? Direction.OUTBOUND : Direction.INBOUND,
        occurredAt: told.created_timestamp,
        conversationKey: conversationOf(context, customer),
        actor: outbound ? said.sender_id : undefined,
        text: words,
        subject: subjectOf(known.success && known.data.id === customer ? known.data : { id: customer }),
        data: {
          type: "direct_message",
          movedFrom: from?.tweet_id === undefined ? undefined : { visibility: "PUBLIC", post: from.tweet_id },
          welcomeMessageId: from?.welcome_message_id,
          appId: said.source_app_id,
          attachment,
          quickReply,
        },
      },
      payload,
    );
  });
}
