import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";

type Credentials = Readonly<Record<string, string>>;

/** What the timeline has to show of the sample. */
export interface Told {
  readonly messageId: string;
  readonly channel: string;
  readonly kind: string;
  readonly visibility: "PUBLIC" | "PRIVATE";
  readonly text: string;
}

/** A system as it really speaks: credentials, a signed delivery with one event, and what it asks before it sends. */
export interface AdapterSample {
  /** Different ones by the word, as before and after a rotation. */
  credentials(word: string): Credentials;
  /** The headers of a delivery to the address, made without the adapter. */
  sign(body: string, credentials: Credentials, url: string): Record<string, string>;
  readonly delivery: string;
  /** What the delivery says. */
  readonly told: Told;
  /** All identifiers of the person in it: kind, value, assurance. */
  readonly identifiers: readonly (readonly [string, string, string])[];
  /** A delivery of a type that nobody has heard of, and the name of that type. */
  readonly unknown: readonly [body: string, type: string];
  /** The header that proves the delivery by itself, where its body is not signed. */
  readonly token?: string;
  /** The answer to what is kept; nothing, unless the system wants to hear something. */
  readonly acknowledgement?: string;
  /** What the system asks to know whether the address is ours, and the answer it wants. */
  readonly handshake?: (credentials: Credentials) => { readonly query: string; readonly answer: string };
}

const digest = (hash: string, secret: string, message: string, encoding: "hex" | "base64") =>
  createHmac(hash, secret).update(message).digest(encoding);

/** A byte of it is what `tampered` changes. */
const WORDS = "The kettle came dented";
const AT = 1_772_366_400_000;

const meta = {
  credentials: (word: string) => ({ appSecret: `${word} secret`, verifyToken: `${word}-token` }),
  sign: (body: string, { appSecret = "" }: Credentials) => ({
    "x-hub-signature-256": `sha256=${digest("sha256", appSecret, body, "hex")}`,
  }),
  handshake: ({ verifyToken = "" }: Credentials) => ({
    query: `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${verifyToken}`,
    answer: "1158201444",
  }),
};

const messenger: AdapterSample = {
  ...meta,
  delivery: metaBody("page", "1051234567890123", {
    changes: [
      {
        field: "feed",
        value: {
          ...{ item: "comment", verb: "add", comment_id: "44444444_1", post_id: "1051234567890123_4" },
          ...{ created_time: AT / 1000, from: { id: "2345678901234567", name: "Ann Tanaka" }, message: WORDS },
        },
      },
    ],
  }),
  told: { messageId: "44444444_1", channel: "FACEBOOK", kind: "COMMENT", visibility: "PUBLIC", text: WORDS },
  identifiers: [["FACEBOOK_ID", "2345678901234567", "VERIFIED"]],
  unknown: [metaBody("page", "1051234567890123", { changes: [{ field: "galaxy", value: {} }] }), "galaxy change"],
};

const instagram: AdapterSample = {
  ...meta,
  delivery: metaBody("instagram", "17841405822304914", {
    messaging: [
      {
        ...{ sender: { id: "1234567890123456" }, recipient: { id: "17841405822304914" }, timestamp: AT },
        message: { mid: "aWdfZAG1faXRlbToxOklHT", text: WORDS },
      },
    ],
  }),
  told: {
    ...{ messageId: "aWdfZAG1faXRlbToxOklHT", channel: "INSTAGRAM", kind: "MESSAGE", visibility: "PRIVATE" },
    text: WORDS,
  },
  identifiers: [["INSTAGRAM_ID", "1234567890123456", "VERIFIED"]],
  unknown: [metaBody("instagram", "17841405822304914", { changes: [{ field: "galaxy", value: {} }] }), "galaxy"],
};

const whatsapp: AdapterSample = {
  ...meta,
  delivery: metaBody("whatsapp_business_account", "102290129340398", {
    changes: [
      {
        field: "messages",
        value: {
          messaging_product: "whatsapp",
          metadata: { display_phone_number: "15550783881", phone_number_id: "106540352242922" },
          contacts: [{ profile: { name: "สมหญิง ใจดี" }, wa_id: "66812345678" }],
          messages: [
            {
              ...{ from: "66812345678", id: "wamid.HBgLMTY1MDM4", timestamp: String(AT / 1000) },
              ...{ type: "text", text: { body: WORDS } },
            },
          ],
        },
      },
    ],
  }),
  told: {
    ...{ messageId: "wamid.HBgLMTY1MDM4", channel: "WHATSAPP", kind: "MESSAGE", visibility: "PRIVATE" },
    text: WORDS,
  },
  identifiers: [
    ["PHONE", "+66812345678", "VERIFIED"],
    ["WHATSAPP_ID", "66812345678", "VERIFIED"],
  ],
  unknown: [
    metaBody("whatsapp_business_account", "102290129340398", { changes: [{ field: "galaxy", value: {} }] }),
    "galaxy",
  ],
};

const x: AdapterSample = {
  credentials: (word) => ({ consumerSecret: `${word} secret` }),
  sign: (body, { consumerSecret = "" }) => ({
    "x-twitter-webhooks-signature": `sha256=${digest("sha256", consumerSecret, body, "base64")}`,
  }),
  delivery: JSON.stringify({
    for_user_id: "2244994945",
    tweet_create_events: [
      {
        ...{ created_at: "Sun Mar 01 12:00:00 +0000 2026", id_str: "1903482957928374912", timestamp_ms: String(AT) },
        ...{ text: WORDS, user: { id_str: "4337869213", screen_name: "ann_tea", name: "Ann Tanaka" } },
      },
    ],
  }),
  told: { messageId: "1903482957928374912", channel: "X", kind: "MENTION", visibility: "PUBLIC", text: WORDS },
  identifiers: [
    ["X_HANDLE", "ann_tea", "ASSERTED"],
    ["X_ID", "4337869213", "VERIFIED"],
  ],
  unknown: [JSON.stringify({ for_user_id: "2244994945", galaxy_events: [{ id: "1" }] }), "galaxy_events"],
  handshake: ({ consumerSecret = "" }) => {
    const token = "MjE0NzQ4MzY0Ny1hYmNkLWVmZ2g=";
    const answer = { response_token: `sha256=${digest("sha256", consumerSecret, token, "base64")}` };
    return { query: `crc_token=${encodeURIComponent(token)}&nonce=1`, answer: JSON.stringify(answer) };
  },
};

const line: AdapterSample = {
  credentials: (word) => ({ channelSecret: `${word} secret` }),
  sign: (body, { channelSecret = "" }) => ({ "x-line-signature": digest("sha256", channelSecret, body, "base64") }),
  delivery: lineBody({
    ...{ type: "message", mode: "active", webhookEventId: "01H810YECXQQZ37VAXPF6H9E6T", timestamp: AT },
    ...{ source: { type: "user", userId: "U4af4980629b1c3d5e7f90123456789ab" } },
    ...{ deliveryContext: { isRedelivery: false }, message: { type: "text", id: "468789577898262530", text: WORDS } },
  }),
  told: {
    ...{ messageId: "01H810YECXQQZ37VAXPF6H9E6T", channel: "LINE", kind: "MESSAGE", visibility: "PRIVATE" },
    text: WORDS,
  },
  identifiers: [["LINE_ID", "U4af4980629b1c3d5e7f90123456789ab", "VERIFIED"]],
  unknown: [
    lineBody({
      ...{ type: "galaxy", webhookEventId: "01H810YECXQQZ37VAXPF6H9E6U", timestamp: AT },
      source: { type: "user", userId: "U4af4980629b1c3d5e7f90123456789ab" },
    }),
    "galaxy",
  ],
};

const linkedin: AdapterSample = {
  credentials: (word) => ({ clientSecret: `${word} secret` }),
  sign: (body, { clientSecret = "" }) => ({
    "x-li-signature": digest("sha256", clientSecret, `hmacsha256=${body}`, "hex"),
  }),
  delivery: linkedinBody({
    action: "COMMENT",
    decoratedGeneratedActivity: { comment: { owner: "urn:li:person:zLqTygBP8S", text: WORDS } },
  }),
  told: { messageId: "5603453321", channel: "LINKEDIN", kind: "COMMENT", visibility: "PUBLIC", text: WORDS },
  identifiers: [["LINKEDIN_ID", "urn:li:person:zLqTygBP8S", "VERIFIED"]],
  unknown: [linkedinBody({ action: "WAVE" }), "WAVE"],
  handshake: ({ clientSecret = "" }) => {
    const challengeCode = "890e4665-4dfe-4ab1-b689-ed553bceeed0";
    const challengeResponse = digest("sha256", clientSecret, challengeCode, "hex");
    return { query: `challengeCode=${challengeCode}`, answer: JSON.stringify({ challengeCode, challengeResponse }) };
  },
};

const OTHER_CHANNEL = "UCB3jOb5QVjX7lYecvyCoTqQ";
const OWN_CHANNEL = "UC_x5XG1OV2P6uZZ5FSM9Ttw";

const youtube: AdapterSample = {
  credentials: (word) => ({ hubSecret: `${word} secret`, verifyToken: `${word}-token`, channelId: OWN_CHANNEL }),
  sign: (body, { hubSecret = "" }) => ({ "x-hub-signature": `sha1=${digest("sha1", hubSecret, body, "hex")}` }),
  delivery: youtubeFeed(OTHER_CHANNEL),
  told: {
    ...{ messageId: `video:UTVZ7IQ2Ggg:${AT}`, channel: "YOUTUBE", kind: "OTHER", visibility: "PUBLIC" },
    text: WORDS,
  },
  identifiers: [["YOUTUBE_ID", OTHER_CHANNEL, "VERIFIED"]],
  unknown: [youtubeFeed(OWN_CHANNEL), "own video"],
  handshake: ({ verifyToken = "" }) => {
    const topic = encodeURIComponent(`https://www.youtube.com/xml/feeds/videos.xml?channel_id=${OTHER_CHANNEL}`);
    const query = `hub.mode=subscribe&hub.topic=${topic}&hub.challenge=16187430&hub.verify_token=${verifyToken}`;
    return { query, answer: "16187430" };
  },
};

const telegram: AdapterSample = {
  credentials: (word) => ({ secretToken: `${word}-token` }),
  sign: (_body, { secretToken = "" }) => ({ "x-telegram-bot-api-secret-token": secretToken }),
  token: "x-telegram-bot-api-secret-token",
  delivery: JSON.stringify({
    update_id: 10_000,
    message: {
      ...{ message_id: 1365, date: AT / 1000, text: WORDS },
      from: { id: 11234567, is_bot: false, first_name: "Ann", last_name: "Tanaka" },
      chat: { id: 11234567, type: "private", first_name: "Ann", last_name: "Tanaka" },
    },
  }),
  told: { messageId: "11234567:1365", channel: "TELEGRAM", kind: "MESSAGE", visibility: "PRIVATE", text: WORDS },
  identifiers: [["TELEGRAM_ID", "11234567", "VERIFIED"]],
  unknown: [JSON.stringify({ update_id: 10_001, galaxy: { id: 1 } }), "galaxy"],
};

const twilio: AdapterSample = {
  credentials: (word) => ({ authToken: `${word}secret` }),
  sign: (body, { authToken = "" }, url) => ({
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": getExpectedTwilioSignature(authToken, url, Object.fromEntries(new URLSearchParams(body))),
  }),
  delivery: formBody({ MessageSid: "SM2cf1ee4ddc0b4d3b", Body: WORDS, From: "+66812345678", To: "+15005550006" }),
  told: { messageId: "SM2cf1ee4ddc0b4d3b", channel: "SMS", kind: "MESSAGE", visibility: "PRIVATE", text: WORDS },
  identifiers: [["PHONE", "+66812345678", "VERIFIED"]],
  unknown: [formBody({ FaxSid: "FX1" }), "form"],
  acknowledgement: "<Response/>",
};

const webhook: AdapterSample = {
  credentials: (word) => ({ secret: `whsec_${Buffer.from(word.padEnd(24, ".")).toString("base64")}` }),
  sign: (body, { secret = "" }) => {
    const now = new Date();
    const signature = new Webhook(secret).sign("sample", now, body);
    const timestamp = String(Math.floor(now.getTime() / 1000));
    return { "webhook-id": "sample", "webhook-timestamp": timestamp, "webhook-signature": signature };
  },
  delivery: JSON.stringify({
    events: [
      {
        ...{ messageId: "receipt-1", channel: "IN_STORE", kind: "VISIT", occurredAt: new Date(AT).toISOString() },
        ...{ text: WORDS, subject: { key: "c-1", identifiers: [{ kind: "LOYALTY_ID", value: "c-1" }] } },
      },
    ],
  }),
  told: { messageId: "receipt-1", channel: "IN_STORE", kind: "VISIT", visibility: "PRIVATE", text: WORDS },
  identifiers: [["LOYALTY_ID", "c-1", "ASSERTED"]],
  unknown: [JSON.stringify({ coupons: [{ code: "TEA" }] }), "coupons"],
};

/** CRMs and e-mail: `crm-deliveries`, `mail` and a property test of each prove them, by what they alone send. */
export const PROVEN_APART: ReadonlySet<string> = new Set([
  ...["hubspot", "salesforce", "zendesk", "intercom", "sendgrid", "mail"],
]);

/** By the name of the system. */
export const ADAPTER_SAMPLES: Readonly<Record<string, AdapterSample>> = {
  ...{ messenger, instagram, whatsapp, x, line, linkedin, youtube, telegram, twilio, webhook },
};

/** The delivery and its proof, of which one byte has become another one on the way. */
export function tampered(sample: AdapterSample, headers: Record<string, string>): [string, Record<string, string>] {
  const { token, delivery } = sample;
  if (token === undefined) return [delivery.replace("dented", "dentes"), headers];
  return [delivery, { ...headers, [token]: headers[token]!.replace(/.$/, "!") }];
}

function metaBody(object: string, id: string, entry: object): string {
  return JSON.stringify({ object, entry: [{ id, time: AT, ...entry }] });
}

function lineBody(event: object): string {
  return JSON.stringify({ destination: "Ub9952f8c1234567890abcdef12345678", events: [event] });
}

function linkedinBody(notification: object): string {
  const about = {
    notificationId: 5603453321,
    organizationalEntity: "urn:li:organization:96072893",
    lastModifiedAt: AT,
  };
  return JSON.stringify({
    type: "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS",
    notifications: [{ ...about, ...notification }],
  });
}

function formBody(fields: Record<string, string>): string {
  return new URLSearchParams(fields).toString();
}

function youtubeFeed(channel: string): string {
  const at = new Date(AT).toISOString();
  return `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom">
 <entry><yt:videoId>UTVZ7IQ2Ggg</yt:videoId><yt:channelId>${channel}</yt:channelId><title>${WORDS}</title>
 <author><name>Sam Carlton</name></author><published>${at}</published><updated>${at}</updated></entry>
</feed>`;
}
