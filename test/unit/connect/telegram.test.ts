import { telegramAdapter } from "../../../src/connect/systems/telegram/telegram";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const connection = connectionOf({ secretToken: "s3cret" });
const ANN = {
  id: 1111111,
  is_bot: false,
  first_name: "Ann",
  last_name: "Tanaka",
  username: "ann_t",
  language_code: "th",
};
const privateChat = { id: 1111111, type: "private", first_name: "Ann", last_name: "Tanaka", username: "ann_t" };
const closedGroup = { id: -1001234567890, type: "supergroup", title: "VIP" };
const openGroup = { ...closedGroup, username: "tea_talk" };
const message = { message_id: 1365, from: ANN, chat: privateChat, date: 1441645532, text: "ชามาหรือยัง" };

const read = (update: object) =>
  telegramAdapter.read(deliveryOf({ body: { update_id: 10000, ...update } }), connection);
const readOne = (update: object) => eventsOf(read(update))[0]!;
const said = (change: object) => readOne({ message: { ...message, ...change } });

describe("An update of Telegram", () => {
  test.each([
    ["the secret", "s3cret", null],
    ["the secret from before", "old", null],
    ["another secret", "s3cre", "The secret token does not match."],
    ["no secret", undefined, "The secret token is missing."],
  ])("with %s", (_what, token, problem) => {
    const headers = token === undefined ? undefined : { "X-Telegram-Bot-Api-Secret-Token": token };
    const secrets = connectionOf({ secretToken: "s3cret" }, { secretToken: "old" });
    expect(telegramAdapter.verify(deliveryOf({ body: "{}", headers }), secrets)).toBe(problem);
  });
});

describe("A message", () => {
  test("in private is its sender's", () => {
    expect(said({})).toEqual({
      messageId: "1111111:1365",
      source: "channel",
      channel: "TELEGRAM",
      kind: "MESSAGE",
      direction: "INBOUND",
      visibility: "PRIVATE",
      occurredAt: "2015-09-07T17:05:32.000Z",
      conversationKey: "telegram:1111111",
      text: "ชามาหรือยัง",
      subject: {
        key: "1111111",
        identifiers: [{ kind: "TELEGRAM_ID", value: "1111111", namespace: null, assurance: "VERIFIED" }],
        attributes: {
          displayName: "Ann Tanaka",
          givenName: "Ann",
          familyName: "Tanaka",
          telegramUsername: "ann_t",
          language: "th",
        },
      },
      data: { type: "message", telegramMessageId: "1365" },
    });
  });

  test("in a closed group belongs to its sender and to the conversation of the group", () => {
    expect(said({ chat: closedGroup })).toMatchObject({
      visibility: "PRIVATE",
      subject: { key: "1111111" },
      conversationKey: "telegram:group:-1001234567890",
    });
  });

  test("where anybody can read it is public, and goes on in private in the same conversation", () => {
    const open = said({ chat: openGroup });
    expect(open).toMatchObject({ visibility: "PUBLIC", conversationKey: said({}).conversationKey });
    const post = { message_id: 5, is_automatic_forward: true };
    expect(said({ chat: openGroup, reply_to_message: post })).toMatchObject({
      kind: "COMMENT",
      data: { repliesTo: "5" },
    });
  });

  test("that was edited is one more, and names the first", () => {
    expect(readOne({ edited_message: { ...message, edit_date: 1441645600, text: "ชามาแล้ว" } })).toMatchObject({
      messageId: "1111111:1365:edit:1441645600000",
      occurredAt: "2015-09-07T17:06:40.000Z",
      text: "ชามาแล้ว",
      data: { edits: "1111111:1365" },
    });
  });

  test("brings its files by their ids, a photo in its largest size", () => {
    const photo = [{ file_id: "small" }, { file_id: "large", width: 1280 }];
    const document = { file_id: "d", file_name: "ใบเสร็จ.pdf", mime_type: "application/pdf" };
    expect(said({ text: undefined, caption: "ดูสิ", photo, document })).toMatchObject({
      text: "ดูสิ",
      data: {
        attachments: [
          { type: "document", ...document },
          { type: "photo", file_id: "large" },
        ],
      },
    });
  });

  test("that begins by a link names what the link carried", () => {
    expect(said({ text: "/start order-77" }).data).toMatchObject({ startPayload: "order-77" });
  });

  test("with one's own number claims it, with another's says nothing", () => {
    const own = said({ text: undefined, contact: { phone_number: "66812345678", user_id: 1111111 } });
    expect(own.subject.identifiers[1]).toMatchObject({ kind: "PHONE", value: "+66812345678", assurance: "CLAIMED" });
    const other = said({ text: undefined, contact: { phone_number: "66812345678", user_id: 2 } });
    expect(other.subject.identifiers).toHaveLength(1);
  });

  test.each([
    ["a bot", { from: { ...ANN, is_bot: true } }],
    ["a channel", { sender_chat: { id: -1 } }],
    ["nobody", { from: undefined }],
    ["a change of the chat", { text: undefined, pinned_message: {} }],
  ])("of %s is kept aside", (_what, change) => {
    expect(read({ message: { ...message, ...change } }).map((item) => item.kind)).toEqual(["UNKNOWN"]);
  });
});

describe("For a business account", () => {
  test("what the customer says comes in, what the account says goes out to the customer", () => {
    const inbound = { ...message, business_connection_id: "b" };
    expect(readOne({ business_message: inbound })).toMatchObject({ direction: "INBOUND", subject: { key: "1111111" } });
    const owner = { id: 42, is_bot: false, first_name: "Tea Co" };
    expect(readOne({ business_message: { ...inbound, from: owner } })).toMatchObject({
      direction: "OUTBOUND",
      actor: "42",
      subject: { key: "1111111", attributes: { displayName: "Ann Tanaka" } },
      conversationKey: "telegram:1111111",
    });
  });
});

describe("Other updates", () => {
  test.each<[string, object, object]>([
    [
      "a button",
      { callback_query: { id: "4382bfdwdsb323b2d9", from: ANN, message, data: "track:77" } },
      {
        messageId: "callback:4382bfdwdsb323b2d9",
        occurredAt: "2026-03-01T12:00:00.000Z",
        data: { pressed: "track:77", on: "1365" },
      },
    ],
    [
      "a reaction",
      {
        message_reaction: {
          chat: privateChat,
          message_id: 1365,
          user: ANN,
          date: 1441645540,
          old_reaction: [],
          new_reaction: [{ type: "emoji", emoji: "👍" }],
        },
      },
      { kind: "OTHER", data: { reactsTo: "1365", reactions: [{ emoji: "👍" }] } },
    ],
    [
      "a bot that was stopped",
      { my_chat_member: { chat: privateChat, from: ANN, date: 1441645540, new_chat_member: { status: "kicked" } } },
      { kind: "STATUS_CHANGE", data: { status: "kicked" } },
    ],
    [
      "a new member of a group",
      { message: { ...message, text: undefined, chat: closedGroup, new_chat_members: [ANN] } },
      { kind: "STATUS_CHANGE", data: { type: "joined", members: ["1111111"] } },
    ],
  ])("%s", (_what, update, expected) => {
    expect(readOne(update)).toMatchObject(expected);
  });

  test("messages deleted for a business account are told one by one", () => {
    const gone = { business_connection_id: "b", chat: privateChat, message_ids: [7, 8] };
    const events = eventsOf(read({ deleted_business_messages: gone }));
    expect(events.map(({ kind, data }) => [kind, data])).toEqual([
      ["STATUS_CHANGE", { type: "message_deleted", deletes: "1111111:7" }],
      ["STATUS_CHANGE", { type: "message_deleted", deletes: "1111111:8" }],
    ]);
    expect(telegramAdapter.timesVary).toBe(true);
  });

  test("of a new type are kept aside; what is no update is refused", () => {
    expect(read({ teleport: { a: 1 } })).toEqual([
      { kind: "UNKNOWN", type: "teleport", payload: { update_id: 10000, teleport: { a: 1 } } },
    ]);
    expect(read({ message: { text: "no chat" } }).map((item) => item.kind)).toEqual(["UNREADABLE"]);
    const nobody = { business_connection_id: "b", chat: { ...privateChat, id: -1 }, message_ids: [7] };
    expect(read({ deleted_business_messages: nobody }).map((item) => item.kind)).toEqual(["UNREADABLE"]);
    const odd = telegramAdapter.read(deliveryOf({ body: "[]" }), connection);
    expect(odd.map((item) => item.kind)).toEqual(["UNREADABLE"]);
  });

  test("never make it throw", () => {
    expectTotal(telegramAdapter, connection, [
      { message: { ...message, photo: [{ file_id: "f" }], contact: { phone_number: "6", user_id: 1111111 } } },
      { edited_message: { ...message, chat: openGroup, edit_date: 5, reply_to_message: { message_id: 1 } } },
      { business_message: message },
      { deleted_business_messages: { chat: privateChat, message_ids: [1] } },
      { callback_query: { id: "1", from: ANN, message, data: "d" } },
      { message_reaction: { chat: openGroup, message_id: 1, user: ANN, date: 1, new_reaction: [] } },
      { my_chat_member: { chat: privateChat, from: ANN, date: 1, new_chat_member: { status: "member" } } },
    ]);
  });
});
