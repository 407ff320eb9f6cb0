import { z } from "zod";
import { Channel, InteractionKind, Visibility } from "../../../timeline/interaction.type";
import type { Item } from "../../pipeline/adapter";
import { compositeId, eventItem, identifier } from "../../reading/event-item";
import { dateText, displayName, id, personId } from "../../reading/payload-fields";
import { readPart, readParts, unknownItem } from "../../reading/read-parts";

export interface YoutubeContext {
  readonly source: string;
  readonly ownChannels: readonly string[];
}

/** One element, or several of the same name. */
const several = z
  .unknown()
  .optional()
  .transform((value): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]));

/** The text of an element, which may have attributes beside it. */
const words = z
  .union([z.string(), z.object({ "#text": z.string() }).transform((element) => element["#text"])])
  .optional()
  .catch(undefined);

const feed = z.object({ feed: z.object({ entry: several, "deleted-entry": several }) });

const entry = z.object({
  videoId: id,
  channelId: personId,
  title: words,
  author: z.object({ name: displayName }).optional().catch(undefined),
  published: dateText,
  updated: dateText,
});

const CHANNEL_IN_ADDRESS = /\/channel\/(UC[\w-]{10,50})$/;
const channelAddress = z.string().transform((address, context) => {
  const channel = CHANNEL_IN_ADDRESS.exec(address)?.[1];
  if (channel !== undefined) return channel;
  context.addIssue({ code: "custom", message: "is no address of a channel" });
  return z.NEVER;
});

const deletedEntry = z.object({
  "@ref": id,
  "@when": dateText,
  by: z.object({ name: displayName, uri: channelAddress }),
});

/** A video is told when it appears and at every change of its title or description. */
export function readYoutubeFeed(value: unknown, context: YoutubeContext): readonly Item[] {
  return readPart(value, feed, (told) => [
    ...readParts(told.feed.entry, entry, (video, payload) => {
      const data = { type: "video", videoId: video.videoId, publishedAt: video.published };
      const messageId = compositeId("video", video.videoId, String(Date.parse(video.updated)));
      const author = { id: video.channelId, name: video.author?.name };
      return itemOf({ messageId, at: video.updated, author, text: video.title, data }, context, payload);
    }),
    ...readParts(told.feed["deleted-entry"], deletedEntry, (gone, payload) => {
      const author = { id: gone.by.uri, name: gone.by.name };
      const data = { type: "video_deleted", deletes: gone["@ref"] };
      return itemOf(
        { messageId: compositeId(gone["@ref"], "deleted"), at: gone["@when"], author, data },
        context,
        payload,
      );
    }),
  ]);
}

interface Told {
  readonly messageId: string;
  readonly at: string;
  readonly author: { readonly id: string; readonly name: string | undefined };
  readonly text?: string;
  readonly data: { readonly type: string };
}

function itemOf({ messageId, at, author, text, data }: Told, context: YoutubeContext, payload: unknown): Item {
  if (context.ownChannels.includes(author.id)) return unknownItem(`own ${data.type}`, payload);
  return eventItem(
    {
      messageId,
      source: context.source,
      channel: Channel.YOUTUBE,
      kind: InteractionKind.OTHER,
      visibility: Visibility.PUBLIC,
      occurredAt: at,
      conversationKey: compositeId("youtube", author.id),
      text,
      subject: {
        key: author.id,
        identifiers: [identifier("YOUTUBE_ID", author.id, "VERIFIED")],
        attributes: author.name === undefined ? undefined : { displayName: author.name },
      },
      data,
    },
    payload,
  );
}
