import { z } from "zod";
import type { EventDraft } from "../../reading/event-item";
import { detail, id, text } from "../../reading/payload-fields";

/** The content of a message. What is sent with it stays at LINE, which gives it out by the message's id. */
export const lineMessage = z.object({
  id,
  type: z.string(),
  text,
  quotedMessageId: detail,
  /** Of a file, in bytes. */
  fileSize: detail,
  fileName: detail,
  /** Of a video or a sound, in milliseconds. */
  duration: detail,
  packageId: detail,
  stickerId: detail,
  title: detail,
  address: detail,
  latitude: detail,
  longitude: detail,
  contentProvider: z
    .object({ type: z.string(), originalContentUrl: z.string().optional() })
    .optional()
    .catch(undefined),
  imageSet: z.object({ id, index: detail, total: detail }).optional().catch(undefined),
  mention: z
    .object({ mentionees: z.array(z.unknown()) })
    .optional()
    .catch(undefined),
});

/** The keywords of a sticker are left out: LINE draws them anew each time, and a message sent again is the same one. */
export function readLineMessage({
  text: words,
  ...message
}: z.output<typeof lineMessage>): Pick<EventDraft, "text" | "data"> {
  return { text: words, data: { type: "message", message } };
}
