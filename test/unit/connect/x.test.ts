import { createHmac } from "node:crypto";
import { xAdapter } from "../../../src/connect/systems/x/x";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const BRAND = "2244994945";
const ANN = "4337869213";
const SECRET = "z3ZX4v7mAAUGykl2EcmkqbV";
const connection = connectionOf({ consumerSecret: SECRET });
const address = "https://onefold.example.com/connect/acme/x";
const signed = (secret: string, message: string) =>
  `sha256=${createHmac("sha256", secret).update(message).digest("base64")}`;

const brand = { id: 2244994945, id_str: BRAND, screen_name: "TeaCo", name: "Tea Co" };
const ann = { id: 4337869213, id_str: ANN, screen_name: "ann_tea", name: "Ann Tanaka" };
const post = {
  created_at: "Thu Mar 01 00:11:31 +0000 2018",
  id_str: "1903482957928374912",
  text: "@TeaCo my kettle came dented",
  user: ann,
  in_reply_to_status_id_str: null,
  in_reply_to_user_id_str: null,
  timestamp_ms: "1519863091563",
  lang: "en",
};
const message = {
  type: "message_create",
  id: "954491830116155396",
  created_timestamp: "1516403560557",
  message_create: {
    target: { recipient_id: BRAND },
    sender_id: ANN,
    source_app_id: "13090192",
    message_data: { text: "Here is the photo", entities: {} },
  },
};
const users = { [ANN]: { id: ANN, created_timestamp: "1", name: "Ann Tanaka", screen_name: "ann_tea" } };

const told = (lists: object) => ({ for_user_id: BRAND, ...lists });
const read = (body: object) => xAdapter.read(deliveryOf({ body }), connection);
const readOne = (body: object) => eventsOf(read(body))[0]!;
const readPost = (change: object) => readOne(told({ tweet_create_events: [{ ...post, ...change }] }));

describe("X", () => {
  test("is answered when it asks whether the secret is known, by the newest", () => {
    const delivery = deliveryOf({ method: "GET", url: `${address}?crc_token=challenge_string&nonce=1` });
    const answer = xAdapter.handshake?.(delivery, connectionOf({ consumerSecret: "new" }, { consumerSecret: "old" }));
    expect(answer).toEqual({
      status: 200,
      contentType: "application/json",
      body: JSON.stringify({ response_token: signed("new", "challenge_string") }),
    });
    expect(xAdapter.handshake?.(deliveryOf({ method: "GET", url: address }), connection)).toBeNull();
    expect(xAdapter.handshake?.(deliveryOf({ url: `${address}?crc_token=1` }), connection)).toBeNull();
  });

  test("signs no delivery for whoever asks", () => {
    const forged = '{"for_user_id":"1"}';
    const ask = (token: string) =>
      xAdapter.handshake?.(
        deliveryOf({ method: "GET", url: `${address}?crc_token=${encodeURIComponent(token)}` }),
        connection,
      );
    expect(ask(forged)).toBeNull();
    expect(ask("")).toBeNull();
    const token = "MjE0NzQ4MzY0Ny1hYmNkLWVmZ2g=";
    const { response_token } = JSON.parse(ask(token)!.body) as { response_token: string };
    const headers = { "x-twitter-webhooks-signature": response_token };
    expect(xAdapter.verify(deliveryOf({ body: token, headers }), connection)).not.toBeNull();
  });

  test.each([
    ["its own signature", signed("new", "{}"), true],
    ["the signature of the old secret", signed("old", "{}"), true],
    ["a secret that is gone", signed("gone", "{}"), false],
    ["the signature of another body", signed("new", "{} "), false],
    ["the digest alone", signed("new", "{}").slice(7), false],
    ["no signature", undefined, false],
  ])("a delivery with %s", (_what, signature, counts) => {
    const headers = signature === undefined ? undefined : { "x-twitter-webhooks-signature": signature };
    const secrets = connectionOf({ consumerSecret: "new" }, { consumerSecret: "old" });
    expect(xAdapter.verify(deliveryOf({ body: "{}", headers }), secrets) === null).toBe(counts);
  });
});

describe("A post", () => {
  test("that names the account is a public mention by its author", () => {
    expect(readPost({})).toEqual({
      messageId: "1903482957928374912",
      source: "channel",
      channel: "X",
      kind: "MENTION",
      direction: "INBOUND",
      visibility: "PUBLIC",
      occurredAt: "2018-03-01T00:11:31.563Z",
      conversationKey: `x:${BRAND}:${ANN}`,
      text: "@TeaCo my kettle came dented",
      subject: {
        key: ANN,
        identifiers: [
          { kind: "X_ID", value: ANN, namespace: null, assurance: "VERIFIED" },
          { kind: "X_HANDLE", value: "ann_tea", namespace: null, assurance: "ASSERTED" },
        ],
        attributes: { displayName: "Ann Tanaka" },
      },
      data: { type: "post", lang: "en" },
    });
  });

  test("may be long, an answer, a quote or a repetition", () => {
    expect(readPost({ extended_tweet: { full_text: "all of it" } }).text).toBe("all of it");
    const answer = readPost({ in_reply_to_status_id_str: "1", in_reply_to_user_id_str: BRAND });
    expect(answer).toMatchObject({ kind: "COMMENT", data: { repliesTo: "1" } });
    expect(readPost({ quoted_status: { id_str: "2", user: brand } })).toMatchObject({ data: { quotes: "2" } });
    const repeated = readPost({ retweeted_status: { id_str: "3", user: brand } });
    expect(repeated).toMatchObject({ kind: "OTHER", data: { reposts: "3" } });
  });

  test("of the account that answers is outbound, to whoever it answers", () => {
    const answer = { user: brand, in_reply_to_user_id_str: ANN, in_reply_to_screen_name: "ann_tea" };
    expect(readPost({ ...answer, id_str: "9", text: "@ann_tea so sorry, DM us" })).toMatchObject({
      direction: "OUTBOUND",
      kind: "COMMENT",
      actor: "TeaCo",
      subject: { key: ANN },
      conversationKey: `x:${BRAND}:${ANN}`,
    });
  });

  test("of the account to nobody is kept aside", () => {
    const own = told({ tweet_create_events: [{ ...post, user: brand }] });
    expect(read(own)).toMatchObject([{ kind: "UNKNOWN", type: "own post" }]);
  });

  test("that is deleted is told", () => {
    const gone = { status: { id: post.id_str, user_id: ANN }, timestamp_ms: "1432228155593" };
    expect(readOne(told({ tweet_delete_events: [gone] }))).toMatchObject({
      messageId: `${post.id_str}:deleted`,
      kind: "STATUS_CHANGE",
      data: { deletes: post.id_str },
    });
  });
});

describe("A direct message", () => {
  test("goes on with the public conversation in private, and says from which post", () => {
    const begun = { ...message, initiated_via: { tweet_id: post.id_str } };
    const event = readOne(told({ direct_message_events: [begun], users }));
    expect(event).toMatchObject({
      messageId: message.id,
      kind: "MESSAGE",
      direction: "INBOUND",
      visibility: "PRIVATE",
      occurredAt: "2018-01-19T23:12:40.557Z",
      conversationKey: readPost({}).conversationKey,
      text: "Here is the photo",
      subject: { key: ANN, attributes: { displayName: "Ann Tanaka" } },
      data: { movedFrom: { visibility: "PUBLIC", post: post.id_str } },
    });
  });

  test("of the account is outbound; a pressed answer and a picture come with it", () => {
    const { message_create: create } = message;
    const attachment = { type: "media", media: { id_str: "5", type: "photo", media_url_https: "https://ton.x/5" } };
    const said = { ...create.message_data, attachment, quick_reply_response: { type: "options", metadata: "yes" } };
    const sent = { ...create, sender_id: BRAND, target: { recipient_id: ANN }, message_data: said };
    expect(readOne(told({ direct_message_events: [{ ...message, message_create: sent }], users }))).toMatchObject({
      direction: "OUTBOUND",
      actor: BRAND,
      subject: { key: ANN },
      data: { attachment, quickReply: { metadata: "yes" } },
    });
  });
});

describe("Other activities", () => {
  test("likes and follows are public, blocks are not", () => {
    const like = { id: "a7ba59eab0bfcba386f7acedac279542", timestamp_ms: 1519946250584, user: ann };
    const liked = { ...like, favorited_status: { id_str: "7", user: brand } };
    expect(readOne(told({ favorite_events: [liked] }))).toMatchObject({
      messageId: like.id,
      kind: "OTHER",
      visibility: "PUBLIC",
      data: { reactsTo: "7" },
    });
    const follow = { type: "follow", created_timestamp: "1517588749178", source: ann, target: brand };
    expect(readOne(told({ follow_events: [follow] }))).toMatchObject({ kind: "STATUS_CHANGE", visibility: "PUBLIC" });
    const block = { ...follow, type: "block", source: brand, target: ann };
    expect(readOne(told({ block_events: [block] }))).toMatchObject({
      direction: "OUTBOUND",
      visibility: "PRIVATE",
      subject: { key: ANN },
    });
  });

  test("typing and receipts are passed over, what is new is kept aside", () => {
    const lists = { direct_message_indicate_typing_events: [{}], space_events: [{ a: 1 }], apps: {} };
    expect(read(told(lists))).toEqual([{ kind: "UNKNOWN", type: "space_events", payload: { a: 1 } }]);
    expect(read({ user_event: { revoke: {} } }).map((item) => item.kind)).toEqual(["UNREADABLE"]);
  });
});

describe("What cannot be read", () => {
  test("is refused alone", () => {
    const bad = { ...post, user: { screen_name: "nobody" } };
    const items = read(told({ tweet_create_events: [post, bad, post], direct_message_events: [7] }));
    expect(items.map((item) => item.kind)).toEqual(["EVENT", "UNREADABLE", "EVENT", "UNREADABLE"]);
  });

  test("never makes it throw", () => {
    const relation = { type: "follow", created_timestamp: "1", source: ann, target: brand };
    const all = told({
      tweet_create_events: [{ ...post, quoted_status: { id_str: "2", user: brand } }],
      tweet_delete_events: [{ status: { id: "1", user_id: ANN }, timestamp_ms: 1 }],
      favorite_events: [{ id: "1", timestamp_ms: 1, user: ann, favorited_status: { id_str: "2", user: brand } }],
      follow_events: [relation],
      direct_message_events: [{ ...message, initiated_via: { tweet_id: "1" } }],
      users,
    });
    expectTotal(xAdapter, connection, [all]);
  });
});
