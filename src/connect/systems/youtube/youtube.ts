import type { Adapter, Answer, Connection, Delivery, Item } from "../../pipeline/adapter";
import { type HmacScheme, isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { isOneOfSecrets } from "../../proof/is-one-of-secrets";
import { storableText } from "../../reading/payload";
import { unreadableItem } from "../../reading/read-parts";
import { readXml } from "../../reading/xml";
import { readYoutubeFeed } from "./youtube-feed";

const TEXT = "text/plain; charset=utf-8";
/** Those of WebSub; Google's hub uses the first. */
const HASHES: readonly HmacScheme["hash"][] = ["sha1", "sha256", "sha384", "sha512"];
const TOPIC = /^https:\/\/www\.youtube\.com\/(?:xml\/)?feeds\/videos\.xml\?channel_id=[\w-]+$/;

/**
 * New and changed videos of channels, by Google's WebSub hub. Comments are not pushed: `onefold poll-youtube` asks for
 * them. A subscription ends after some days unless it is renewed.
 * Format: https://developers.google.com/youtube/v3/guides/push_notifications and https://www.w3.org/TR/websub/
 */
export const youtubeAdapter: Adapter = {
  system: "youtube",
  credentialFields: [
    {
      name: "hubSecret",
      description: "A word of your choice; give the same to the hub as hub.secret.",
      required: true,
    },
    {
      name: "verifyToken",
      description: "Another word of your choice; give the same to the hub as hub.verify_token.",
      required: true,
    },
    {
      name: "channelId",
      description: "The id of your own channel (UC...): its videos are kept aside, as they are no customer's.",
      required: true,
    },
  ],

  handshake({ method, query }: Delivery, connection: Connection): Answer | null {
    const mode = query.get("hub.mode");
    if (method !== "GET" || mode === null) return null;
    if (mode === "denied") return { status: 200, contentType: TEXT, body: "" };
    const challenge = query.get("hub.challenge");
    const known = isOneOfSecrets(secretsOf(connection, "verifyToken"), query.get("hub.verify_token") ?? "");
    if (known && challenge !== null && TOPIC.test(query.get("hub.topic") ?? "")) {
      return { status: 200, contentType: TEXT, body: challenge };
    }
    return { status: 404, contentType: TEXT, body: "Nobody here asked for this subscription." };
  },

  verify({ headers, rawBody }: Delivery, connection: Connection): string | null {
    const [name, signature] = headers.get("x-hub-signature")?.split("=", 2) ?? [];
    const hash = HASHES.find((known) => known === name);
    if (hash === undefined || signature === undefined) return "The signature is missing.";
    return isSignedBy(secretsOf(connection, "hubSecret"), rawBody, signature, { hash, encoding: "hex" })
      ? null
      : "The signature does not match.";
  },

  read({ body }: Delivery, connection: Connection): readonly Item[] {
    const { value, problem } = readXml(body);
    if (problem !== null) return [unreadableItem(problem, storableText(body.toString("utf8")))];
    return readYoutubeFeed(value, { source: connection.source, ownChannels: secretsOf(connection, "channelId") });
  },
};
