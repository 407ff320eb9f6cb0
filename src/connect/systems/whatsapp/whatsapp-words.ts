import { z } from "zod";

const words = z.string().optional().catch(undefined);
const captioned = z.object({ caption: words }).optional().catch(undefined);
const titled = z.object({ title: words }).optional().catch(undefined);

const shape = z.object({
  text: z.object({ body: words }).optional().catch(undefined),
  image: captioned,
  video: captioned,
  document: captioned,
  button: z.object({ text: words }).optional().catch(undefined),
  interactive: z
    .object({
      button_reply: titled,
      list_reply: titled,
      nfm_reply: z.object({ body: words }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  order: z.object({ text: words }).optional().catch(undefined),
});

/** What a message says in words: its text, the caption of what it brings, or the label of what was pressed. */
export function whatsappWords(message: unknown): string | undefined {
  const { data } = shape.safeParse(message);
  if (data === undefined) return undefined;
  const { text, image, video, document, button, interactive, order } = data;
  const pressed = interactive?.button_reply?.title ?? interactive?.list_reply?.title ?? interactive?.nfm_reply?.body;
  return text?.body ?? image?.caption ?? video?.caption ?? document?.caption ?? button?.text ?? pressed ?? order?.text;
}
