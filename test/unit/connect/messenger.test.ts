import { messengerAdapter } from "../../../src/connect/systems/messenger/messenger";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const PAGE = "1051234567890123";
const ANN = "2345678901234567";
const connection = connectionOf({ appSecret: "s", verifyToken: "t" });

const page = (entry: object) => ({ object: "page", entry: [{ id: PAGE, time: 1458692752478, ...entry }] });
const inbox = (...messaging: object[]) => page({ messaging });
const feed = (value: object, field = "feed") => page({ time: 1583173667, changes: [{ field, value }] });
const read = (body: object) => messengerAdapter.read(deliveryOf({ body }), connection);
const readOne = (body: object) => eventsOf(read(body))[0]!;

const fromAnn = { sender: { id: ANN }, recipient: { id: PAGE }, timestamp: 1458692752478 };
const fromPage = { sender: { id: PAGE }, recipient: { id: ANN }, timestamp: 1458692760000 };
const MID = "m_1457764197618:41d102a3e1ae206a38";
const comment = {
  item: "comment",
  verb: "add",
  comment_id: "44444444_444444444",
  post_id: `${PAGE}_444444444`,
  parent_id: `${PAGE}_444444444`,
  created_time: 1583173666,
  from: { id: ANN, name: "Ann Tanaka" },
  message: "กาน้ำชามาถึงแบบบุบ 😞",
};

describe("A private message", () => {
  test("is the one of its sender, under Meta's id", () => {
    expect(readOne(inbox({ ...fromAnn, message: { mid: MID, text: "hello, world!" } }))).toEqual({
      messageId: MID,
      source: "channel",
      channel: "FACEBOOK",
      kind: "MESSAGE",
      direction: "INBOUND",
      visibility: "PRIVATE",
      occurredAt: "2016-03-23T00:25:52.478Z",
      conversationKey: `facebook:${PAGE}:${ANN}`,
      text: "hello, world!",
      subject: {
        key: ANN,
        identifiers: [{ kind: "FACEBOOK_ID", value: ANN, namespace: null, assurance: "VERIFIED" }],
      },
      data: { type: "message" },
    });
  });

  test("of the page is outbound, and still the customer's", () => {
    const message = { mid: "m_echo", is_echo: true, app_id: 1517776481860111, text: "So sorry!" };
    expect(readOne(inbox({ ...fromPage, message }))).toMatchObject({
      direction: "OUTBOUND",
      actor: PAGE,
      subject: { key: ANN },
      conversationKey: `facebook:${PAGE}:${ANN}`,
      data: { type: "message", app_id: 1517776481860111 },
    });
  });

  test("brings its attachments by type and address, and what it answers", () => {
    const attachments = [{ type: "image", payload: { url: "https://cdn.example/1.jpg" } }];
    const event = readOne(inbox({ ...fromAnn, message: { mid: MID, attachments, reply_to: { mid: "m_0" } } }));
    expect(event.text).toBeUndefined();
    expect(event.data).toEqual({ type: "message", attachments, reply_to: { mid: "m_0" } });
  });

  test("reaches the timeline while another app answers it", () => {
    expect(readOne(page({ standby: [{ ...fromAnn, message: { mid: MID, text: "hi" } }] })).messageId).toBe(MID);
  });
});

describe("What else happens in the inbox", () => {
  test.each<[string, object, object]>([
    [
      "an edit",
      { message_edit: { mid: MID, text: "hello!", num_edit: 2 } },
      { messageId: `${MID}:edit:2`, kind: "MESSAGE", text: "hello!", data: { type: "message_edit", edits: MID } },
    ],
    [
      "a reaction",
      { reaction: { mid: MID, action: "react", emoji: "❤", reaction: "love" } },
      { messageId: `reaction:${MID}:${ANN}:1458692752478`, kind: "OTHER", data: { reactsTo: MID, emoji: "❤" } },
    ],
    [
      "a button",
      {
        postback: {
          mid: "m_pb",
          title: "Where is it?",
          payload: "TRACK",
          referral: { ref: "spring", source: "SHORTLINK" },
        },
      },
      { messageId: "m_pb", text: "Where is it?", data: { payload: "TRACK", referral: { ref: "spring" } } },
    ],
    [
      "an arrival by a link",
      { referral: { ref: "from-post-444", source: "SHORTLINK", type: "OPEN_THREAD" } },
      { kind: "OTHER", data: { type: "referral", referral: { ref: "from-post-444" } } },
    ],
    [
      "the hand-over from a bot to a person",
      { pass_thread_control: { new_owner_app_id: "123", metadata: "agent" } },
      { kind: "STATUS_CHANGE", direction: "INTERNAL", data: { type: "pass_thread_control" } },
    ],
  ])("%s", (_what, part, expected) => {
    expect(readOne(inbox({ ...fromAnn, ...part }))).toMatchObject(expected);
  });

  test("a linked account carries the code that the company gave to its own user", () => {
    const linked = { status: "linked", authorization_code: "c0de" };
    expect(readOne(inbox({ ...fromAnn, account_linking: linked })).subject.identifiers[1]).toEqual({
      kind: "CUSTOM",
      namespace: "facebook-account-link",
      value: "c0de",
      assurance: "VERIFIED",
    });
    expect(readOne(inbox({ ...fromAnn, account_linking: { status: "unlinked" } })).subject.identifiers).toHaveLength(1);
  });

  test("receipts are passed over, and what is new is kept aside", () => {
    const parts = [
      { ...fromAnn, read: { watermark: 1458668856253 } },
      { ...fromAnn, delivery: { mids: [MID], watermark: 1 } },
      { ...fromAnn, telepathy: {} },
    ];
    expect(read(inbox(...parts))).toEqual([{ kind: "UNKNOWN", type: "telepathy", payload: parts[2] }]);
  });
});

describe("What happens in public", () => {
  test("a comment is public, and in the conversation that its author has in private", () => {
    const inPublic = readOne(feed(comment));
    expect(inPublic).toEqual({
      messageId: "44444444_444444444",
      source: "channel",
      channel: "FACEBOOK",
      kind: "COMMENT",
      direction: "INBOUND",
      visibility: "PUBLIC",
      occurredAt: "2020-03-02T18:27:46.000Z",
      conversationKey: `facebook:${PAGE}:${ANN}`,
      text: comment.message,
      subject: {
        key: ANN,
        identifiers: [{ kind: "FACEBOOK_ID", value: ANN, namespace: null, assurance: "VERIFIED" }],
        attributes: { displayName: "Ann Tanaka" },
      },
      data: {
        type: "feed",
        item: "comment",
        verb: "add",
        comment_id: "44444444_444444444",
        post_id: `${PAGE}_444444444`,
        parent_id: `${PAGE}_444444444`,
      },
    });
    const inPrivate = readOne(inbox({ ...fromPage, message: { mid: "m_1", is_echo: true, text: "We saw it" } }));
    expect(inPrivate).toMatchObject({ conversationKey: inPublic.conversationKey, visibility: "PRIVATE" });
  });

  test.each<[string, object, object]>([
    [
      "an edited comment",
      feed({ ...comment, verb: "edited", message: "dented" }),
      { messageId: `${comment.comment_id}:edited:1583173667000`, kind: "COMMENT", data: { edits: comment.comment_id } },
    ],
    [
      "a deleted comment",
      feed({ ...comment, verb: "remove", message: undefined }),
      { kind: "STATUS_CHANGE", text: undefined, data: { deletes: comment.comment_id } },
    ],
    [
      "a visitor's post",
      feed({ ...comment, item: "status", comment_id: undefined }),
      { messageId: comment.post_id, kind: "MENTION", visibility: "PUBLIC" },
    ],
    [
      "a reaction",
      feed({ ...comment, item: "reaction", reaction_type: "angry", comment_id: undefined }),
      { messageId: `reaction:${comment.post_id}:${ANN}:2020-03-02T18:27:46.000Z`, kind: "OTHER" },
    ],
    [
      "a mention",
      feed(
        { item: "post", verb: "add", post_id: "9_9", sender_id: ANN, sender_name: "Ann", message: "@us" },
        "mention",
      ),
      { messageId: "9_9", kind: "MENTION", subject: { key: ANN, attributes: { displayName: "Ann" } } },
    ],
    [
      "a review",
      feed(
        {
          item: "rating",
          verb: "add",
          reviewer_id: ANN,
          reviewer_name: "Ann",
          review_text: "Fine tea",
          recommendation_type: "POSITIVE",
          open_graph_story_id: "77",
          created_time: 1583173666,
        },
        "ratings",
      ),
      { messageId: "77", kind: "REVIEW", text: "Fine tea", data: { recommendation_type: "POSITIVE" } },
    ],
  ])("%s", (_what, body, expected) => {
    expect(readOne(body)).toMatchObject({ visibility: "PUBLIC", ...expected });
  });

  test("what the page itself says, and what has no author, is kept aside", () => {
    const kinds = (value: object) => read(feed(value)).map((item) => item.kind);
    expect(kinds({ ...comment, from: { id: PAGE, name: "Us" } })).toEqual(["UNKNOWN"]);
    expect(kinds({ ...comment, from: undefined })).toEqual(["UNKNOWN"]);
    expect(kinds({ item: "event", verb: "add", from: comment.from })).toEqual(["UNKNOWN"]);
  });
});

describe("What cannot be read", () => {
  test("is refused alone", () => {
    const good = { ...fromAnn, message: { mid: MID, text: "hi" } };
    const items = read({
      object: "page",
      entry: [
        { id: PAGE, time: 1, messaging: [good, { ...good, timestamp: null }, good], changes: [{}] },
        { time: 2 },
        { id: PAGE, time: 3, messaging: [good] },
      ],
    });
    expect(items.map((item) => item.kind)).toEqual([
      "EVENT",
      "UNREADABLE",
      "EVENT",
      "UNREADABLE",
      "UNREADABLE",
      "EVENT",
    ]);
  });

  test("never makes it throw", () => {
    const linking = { ...fromAnn, account_linking: { status: "linked", authorization_code: "c" } };
    const rich = {
      ...fromAnn,
      message: { mid: MID, text: "x", attachments: [{ type: "image", payload: { url: "u" } }] },
    };
    expectTotal(messengerAdapter, connection, [inbox(rich, linking), feed(comment)]);
  });
});
