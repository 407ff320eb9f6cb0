import { instagramAdapter } from "../../../src/connect/systems/instagram/instagram";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const ACCOUNT = "17841405822304914";
const KEN = "1234567890123456";
const connection = connectionOf({ appSecret: "s", verifyToken: "t" });

const account = (entry: object) => ({ object: "instagram", entry: [{ id: ACCOUNT, time: 1569262486, ...entry }] });
const inbox = (...messaging: object[]) => account({ time: 1569262486134, messaging });
const comments = (value: object, field = "comments") => account({ changes: [{ field, value }] });
const read = (body: object) => instagramAdapter.read(deliveryOf({ body }), connection);
const readOne = (body: object) => eventsOf(read(body))[0]!;

const fromKen = { sender: { id: KEN }, recipient: { id: ACCOUNT }, timestamp: 1569262485349 };
const MID = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDA1ODIyMzA0OTE0";
const comment = {
  id: "17865799348089039",
  text: "急須が割れていました",
  from: { id: KEN, username: "ken_tea" },
  media: { id: "123123123", media_product_type: "FEED" },
};

describe("Instagram", () => {
  test("a comment is public, of its author, at the time Meta told it", () => {
    expect(readOne(comments(comment))).toEqual({
      messageId: "17865799348089039",
      source: "channel",
      channel: "INSTAGRAM",
      kind: "COMMENT",
      direction: "INBOUND",
      visibility: "PUBLIC",
      occurredAt: "2019-09-23T18:14:46.000Z",
      conversationKey: `instagram:${ACCOUNT}:${KEN}`,
      text: "急須が割れていました",
      subject: {
        key: KEN,
        identifiers: [{ kind: "INSTAGRAM_ID", value: KEN, namespace: null, assurance: "VERIFIED" }],
        attributes: { displayName: "ken_tea" },
      },
      data: { type: "comments", mediaId: "123123123" },
    });
  });

  test("the same comment told again with its advertisement is the same event", () => {
    const media = { id: "999", original_media_id: "123123123", ad_id: "5", ad_title: "Spring" };
    expect(readOne(comments({ ...comment, media }))).toEqual(readOne(comments(comment)));
  });

  test("goes on in private in the same conversation", () => {
    const message = { mid: MID, text: "Thanks!", reply_to: { story: { url: "https://cdn.example/s", id: "18" } } };
    expect(readOne(inbox({ ...fromKen, message }))).toMatchObject({
      messageId: MID,
      channel: "INSTAGRAM",
      visibility: "PRIVATE",
      conversationKey: readOne(comments(comment)).conversationKey,
      data: { reply_to: { story: { id: "18" } } },
    });
  });

  test("what the account wrote is outbound", () => {
    const echo = { sender: { id: ACCOUNT }, recipient: { id: KEN }, timestamp: 1569262485349 };
    const event = readOne(inbox({ ...echo, message: { mid: MID, text: "Hi Ken", is_echo: true } }));
    expect(event).toMatchObject({ direction: "OUTBOUND", actor: ACCOUNT, subject: { key: KEN } });
  });

  test("a message taken back is told", () => {
    expect(readOne(inbox({ ...fromKen, message: { mid: MID, is_deleted: true } }))).toMatchObject({
      messageId: `${MID}:deleted`,
      kind: "STATUS_CHANGE",
      data: { type: "message_deleted", deletes: MID },
    });
  });

  test("mentions without an author and the account's own comments are kept aside", () => {
    const kinds = (body: object) => read(body).map((item) => item.kind);
    expect(kinds(comments({ media_id: "1", comment_id: "2" }, "mentions"))).toEqual(["UNKNOWN"]);
    expect(kinds(comments({ ...comment, from: { id: ACCOUNT, username: "us" } }))).toEqual(["UNKNOWN"]);
  });

  test("a comment that cannot be read is refused alone", () => {
    const changes = [
      { field: "comments", value: comment },
      { field: "comments", value: { ...comment, from: { id: "null" } } },
    ];
    expect(read(account({ changes })).map((item) => item.kind)).toEqual(["EVENT", "UNREADABLE"]);
  });

  test("no payload makes it throw", () => {
    const samples = [comments({ ...comment, parent_id: "1" }), inbox({ ...fromKen, message: { mid: MID, text: "x" } })];
    expectTotal(instagramAdapter, connection, samples);
  });
});
