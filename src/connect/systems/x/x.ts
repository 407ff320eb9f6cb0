import type { Adapter, Answer, Connection, Delivery, Item } from "../../pipeline/adapter";
import { hmac, isSignedBy, secretsOf } from "../../proof/hmac-signature";
import { readPayload } from "../../reading/payload";
import { unreadableItem } from "../../reading/read-parts";
import { readXActivity } from "./x-activity";

const SCHEME = { hash: "sha256", encoding: "base64" } as const;
const PREFIX = "sha256=";
/** Anybody can ask for the signature of a token. So nothing is signed that could be a delivery, and no delivery is a token. */
const TOKEN = /^[\w+/=.~-]{1,500}$/;

/**
 * The Account Activity API of X: posts, direct messages, likes, follows. X asks every hour whether the address is ours and
 * whether we know the secret (CRC).
 * Format: https://docs.x.com/x-api/account-activity/introduction and https://docs.x.com/x-api/webhooks/introduction
 */
export const xAdapter: Adapter = {
  system: "x",
  credentialFields: [
    {
      name: "consumerSecret",
      description: "X Developer Portal, your app, Keys and tokens, Consumer keys: API key secret.",
      required: true,
    },
  ],

  handshake({ method, query }: Delivery, connection: Connection): Answer | null {
    const token = query.get("crc_token");
    const [newest] = secretsOf(connection, "consumerSecret");
    if (method !== "GET" || token === null || !TOKEN.test(token) || newest === undefined) return null;
    const body = JSON.stringify({ response_token: PREFIX + hmac(newest, token, SCHEME) });
    return { status: 200, contentType: "application/json", body };
  },

  verify({ headers, rawBody }: Delivery, connection: Connection): string | null {
    const header = headers.get("x-twitter-webhooks-signature");
    if (!header?.startsWith(PREFIX)) return "The signature is missing.";
    if (TOKEN.test(rawBody.subarray(0, 501).toString("latin1"))) return "The body is a token to be signed.";
    return isSignedBy(secretsOf(connection, "consumerSecret"), rawBody, header.slice(PREFIX.length), SCHEME)
      ? null
      : "The signature does not match.";
  },

  read({ body }: Delivery, { source }: Connection): readonly Item[] {
    const { value, problem } = readPayload(body);
    return problem === null ? readXActivity(value, source) : [unreadableItem(problem, value)];
  },
};
