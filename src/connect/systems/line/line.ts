import { z } from "zod";
import type { Adapter, Connection, Delivery, Item } from "../../pipeline/adapter";
import { isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { readPayload } from "../../reading/payload";
import { readPart, unreadableItem } from "../../reading/read-parts";
import { readLineEvents } from "./line-events";

const SCHEME = { hash: "sha256", encoding: "base64" } as const;

const callback = z.object({ destination: z.string().optional().catch(undefined), events: z.array(z.unknown()) });

/**
 * The webhook of the LINE Messaging API. LINE asks whether the address is ours by a signed delivery without events, which
 * is answered like every other one. It sends again what was not answered, with the same webhookEventId.
 * Format: https://developers.line.biz/en/reference/messaging-api/#webhooks
 */
export const lineAdapter: Adapter = {
  system: "line",
  credentialFields: [
    {
      name: "channelSecret",
      description: "LINE Developers Console, your Messaging API channel, Basic settings: Channel secret.",
      required: true,
    },
  ],

  verify({ headers, rawBody }: Delivery, connection: Connection): string | null {
    const signature = headers.get("x-line-signature");
    if (signature === undefined) return "The signature is missing.";
    return isSignedBy(secretsOf(connection, "channelSecret"), rawBody, signature, SCHEME)
      ? null
      : "The signature does not match.";
  },

  read({ body }: Delivery, { source }: Connection): readonly Item[] {
    const { value, problem } = readPayload(body);
    if (problem !== null) return [unreadableItem(problem, value)];
    return readPart(value, callback, ({ destination, events }) => readLineEvents(events, { source, destination }));
  },
};
