import { LINE_SIGNATURE_HTTP_HEADER_NAME, validateSignature, type webhook } from "@line/bot-sdk";
import { hmac } from "../../../src/connect/proof/hmac-signature";
import { lineAdapter } from "../../../src/connect/systems/line/line";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const SECRET = "test_secret";
const USER = "U4af4980629b1c3d5e7f90123456789ab";
const BOT = "Ub9952f8c1234567890abcdef12345678";
const connection = connectionOf({ channelSecret: SECRET });

const user = { type: "user", userId: USER } as const;
const group = { type: "group", groupId: "Ca56f94637cc4347f90a25382909b24b9", userId: USER } as const;
const base = { mode: "active", timestamp: 1692251666727, deliveryContext: { isRedelivery: false } } as const;
const EVENT_ID = "01H810YECXQQZ37VAXPF6H9E6T";

const textMessage: webhook.MessageEvent = {
  ...base,
  type: "message",
  webhookEventId: EVENT_ID,
  source: user,
  replyToken: "38ef843bde154d9b91c21320ffd17a0f",
  message: { type: "text", id: "468789577898262530", quoteToken: "q3Plxr4A", text: "ชาหมด 🍵 ทำไม?" },
};

function callback(...events: webhook.Event[]): webhook.CallbackRequest {
  return { destination: BOT, events };
}

const read = (body: object) => lineAdapter.read(deliveryOf({ body }), connection);
const readOne = (event: webhook.Event) => eventsOf(read(callback(event)))[0]!;

describe("A delivery of LINE", () => {
  const verify = (body: string, signature: string | undefined, ...secrets: string[]) =>
    lineAdapter.verify(
      deliveryOf({ body, headers: signature === undefined ? {} : { [LINE_SIGNATURE_HTTP_HEADER_NAME]: signature } }),
      connectionOf(...secrets.map((channelSecret) => ({ channelSecret }))),
    );

  test("counts with LINE's published signature", () => {
    const signature = "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM=";
    expect(verify('{"hello":"world"}', signature, SECRET)).toBeNull();
    expect(validateSignature('{"hello":"world"}', SECRET, signature)).toBe(true);
  });

  test("is judged as LINE's own library judges it", () => {
    const body = JSON.stringify(callback(textMessage));
    const right = hmac(SECRET, body, { hash: "sha256", encoding: "base64" });
    const cases: [string, string][] = [
      [body, right],
      [`${body} `, right],
      [body.replace("468789577898262530", "468789577898262531"), right],
      [body, right.replace(/^./, (first) => (first === "A" ? "B" : "A"))],
      [body, right.slice(0, -4)],
      [body, ""],
    ];
    for (const [text, signature] of cases) {
      expect(verify(text, signature, SECRET) === null).toBe(validateSignature(text, SECRET, signature));
    }
    expect(verify(body, right, SECRET)).toBeNull();
  });

  test("counts under the new and the old secret while they are rotated, and not under one that was taken back", () => {
    const signed = (secret: string) => hmac(secret, "{}", { hash: "sha256", encoding: "base64" });
    expect(verify("{}", signed("old"), "new", "old")).toBeNull();
    expect(verify("{}", signed("new"), "new", "old")).toBeNull();
    expect(verify("{}", signed("old"), "new")).toBe("The signature does not match.");
    expect(verify("{}", undefined, "new")).toBe("The signature is missing.");
  });

  test("without events, by which LINE tries the address, says nothing", () => {
    expect(read(callback())).toEqual([]);
  });
});

describe("A message", () => {
  test("is the private message of the one who sent it, under LINE's id of the event", () => {
    expect(readOne(textMessage)).toEqual({
      messageId: EVENT_ID,
      source: "channel",
      channel: "LINE",
      kind: "MESSAGE",
      direction: "INBOUND",
      visibility: "PRIVATE",
      occurredAt: "2023-08-17T05:54:26.727Z",
      conversationKey: `line:${BOT}:${USER}`,
      text: "ชาหมด 🍵 ทำไม?",
      subject: {
        key: USER,
        identifiers: [{ kind: "LINE_ID", value: USER, namespace: null, assurance: "VERIFIED" }],
      },
      data: { type: "message", message: { type: "text", id: "468789577898262530" } },
    });
  });

  test("sent again is the same one", () => {
    const again = { ...textMessage, deliveryContext: { isRedelivery: true } };
    expect(readOne(again)).toEqual(readOne(textMessage));
  });

  test("in a group belongs to its sender, and to the conversation of the group", () => {
    const event = readOne({ ...textMessage, source: group });
    expect(event.subject.key).toBe(USER);
    expect(event.conversationKey).toBe(`line:group:${group.groupId}`);
  });

  test("of a member of a group whom LINE does not name is kept aside", () => {
    const event = { ...textMessage, source: { type: "group", groupId: group.groupId } } as const;
    expect(read(callback(event))).toEqual([{ kind: "UNKNOWN", type: "message", payload: event }]);
  });

  test("brings its attachment as ids and types", () => {
    const message: webhook.FileMessageContent = { type: "file", id: "325708", fileName: "ใบเสร็จ.pdf", fileSize: 2138 };
    expect(readOne({ ...textMessage, message }).data).toEqual({ type: "message", message });
  });

  test("of a sticker is the same one although LINE draws its keywords anew", () => {
    const sticker = (keywords: string[]): webhook.MessageEvent => ({
      ...textMessage,
      message: {
        type: "sticker",
        id: "1501597916",
        quoteToken: "q",
        stickerId: "52002738",
        packageId: "11537",
        stickerResourceType: "ANIMATION",
        keywords,
      },
    });
    expect(readOne(sticker(["cony", "sally"]))).toEqual(readOne(sticker(["sally", "staring"])));
  });
});

describe("Other events", () => {
  const said = (event: webhook.Event) => {
    const { kind, data, text } = readOne(event);
    return { kind, data, text };
  };
  const own = { ...base, webhookEventId: EVENT_ID, source: user };

  test.each<[string, webhook.Event, { kind: string; data: object }]>([
    [
      "a message taken back",
      { ...own, type: "unsend", unsend: { messageId: "325708" } },
      { kind: "STATUS_CHANGE", data: { type: "unsend", deletes: "325708" } },
    ],
    [
      "a button",
      {
        ...own,
        type: "postback",
        replyToken: "r",
        postback: { data: "storeId=12345", params: { date: "2017-12-25" } },
      },
      {
        kind: "MESSAGE",
        data: { type: "postback", postback: { data: "storeId=12345", params: { date: "2017-12-25" } } },
      },
    ],
    [
      "a new friend",
      { ...own, type: "follow", replyToken: "r", follow: { isUnblocked: true } },
      { kind: "STATUS_CHANGE", data: { type: "follow", isUnblocked: true } },
    ],
    ["a lost friend", { ...own, type: "unfollow" }, { kind: "STATUS_CHANGE", data: { type: "unfollow" } }],
    [
      "a visit to a beacon",
      { ...own, type: "beacon", replyToken: "r", beacon: { hwid: "d41d8cd98f", type: "enter" } },
      { kind: "VISIT", data: { type: "beacon", beacon: { hwid: "d41d8cd98f", type: "enter" } } },
    ],
  ])("%s", (_what, event, expected) => {
    expect(said(event)).toEqual({ ...expected, text: undefined });
  });

  test("a linked account carries the nonce that the company gave to its own user", () => {
    const event = readOne({ ...own, type: "accountLink", replyToken: "r", link: { result: "ok", nonce: "bm9uY2U" } });
    expect(event.kind).toBe("STATUS_CHANGE");
    expect(event.subject.identifiers).toContainEqual({
      kind: "CUSTOM",
      namespace: "line-account-link",
      value: "bm9uY2U",
      assurance: "VERIFIED",
    });
    const failed = readOne({ ...own, type: "accountLink", link: { result: "failed", nonce: "bm9uY2U" } });
    expect(failed.subject.identifiers).toHaveLength(1);
  });

  test("each member who joins a group has an entry", () => {
    const joined = { members: [user, { type: "user", userId: "U5" } as const] };
    const events = eventsOf(read(callback({ ...own, type: "memberJoined", replyToken: "r", source: group, joined })));
    expect(events.map(({ messageId, subject }) => [messageId, subject.key])).toEqual([
      [`${EVENT_ID}:${USER}`, USER],
      [`${EVENT_ID}:U5`, "U5"],
    ]);
  });

  test("a type that is new, and one without a customer, is kept aside", () => {
    const event = { ...own, type: "galaxy" };
    const join = { ...own, type: "join", source: { type: "group", groupId: "C1" } };
    expect(read({ destination: BOT, events: [event, join] })).toEqual([
      { kind: "UNKNOWN", type: "galaxy", payload: event },
      { kind: "UNKNOWN", type: "join", payload: join },
    ]);
  });
});

describe("What cannot be read", () => {
  test("is refused alone, with its place and never its content", () => {
    const bad = { ...textMessage, timestamp: "yesterday" };
    const items = read({ destination: BOT, events: [textMessage, bad, 7, textMessage] });
    expect(items.map((item) => item.kind)).toEqual(["EVENT", "UNREADABLE", "UNREADABLE", "EVENT"]);
    expect(items[1]).toMatchObject({ reason: expect.stringContaining("timestamp"), payload: bad });
    expect(JSON.stringify(items[1])).not.toContain("reason: yesterday");
  });

  test.each([["[]"], ["{}"], ["null"], ["not json"], [""]])("a body of %j is one refusal", (body) => {
    const items = lineAdapter.read(deliveryOf({ body }), connection);
    expect(items.map((item) => item.kind)).toEqual(["UNREADABLE"]);
  });

  test("never makes it throw", () => {
    const other: object[] = [
      { ...base, webhookEventId: "1", source: user, type: "accountLink", link: { result: "ok", nonce: "n" } },
      { ...base, webhookEventId: "2", source: group, type: "memberLeft", left: { members: [user] } },
      { ...base, webhookEventId: "3", source: user, type: "postback", postback: { data: "d", params: {} } },
    ];
    expectTotal(lineAdapter, connection, [callback(textMessage), { destination: BOT, events: other }]);
  });
});
