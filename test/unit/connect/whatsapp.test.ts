import { whatsappAdapter } from "../../../src/connect/systems/whatsapp/whatsapp";
import { connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const NUMBER_ID = "106540352242922";
const OURS = "15550783881";
const HERS = "66812345678";
const BSUID = "TH.13491208655302741918";
const WAMID = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=";
const connection = connectionOf({ appSecret: "s", verifyToken: "t" });

const change = (field: string, value: object) => ({
  object: "whatsapp_business_account",
  entry: [
    {
      id: "102290129340398",
      changes: [
        {
          field,
          value: {
            messaging_product: "whatsapp",
            metadata: { display_phone_number: OURS, phone_number_id: NUMBER_ID },
            ...value,
          },
        },
      ],
    },
  ],
});
const contacts = [{ profile: { name: "สมหญิง ใจดี" }, wa_id: HERS, user_id: BSUID }];
const message = { from: HERS, from_user_id: BSUID, id: WAMID, timestamp: "1749416383" };
const messages = (...said: object[]) =>
  change("messages", { contacts, messages: said.map((s) => ({ ...message, ...s })) });
const read = (body: object) => whatsappAdapter.read(deliveryOf({ body }), connection);
const readOne = (body: object) => eventsOf(read(body))[0]!;
const text = { type: "text", text: { body: "สินค้าถึงหรือยังคะ" } };

describe("A message on WhatsApp", () => {
  test("is its sender's, whose number WhatsApp has checked", () => {
    expect(readOne(messages(text))).toEqual({
      messageId: WAMID,
      source: "channel",
      channel: "WHATSAPP",
      kind: "MESSAGE",
      direction: "INBOUND",
      visibility: "PRIVATE",
      occurredAt: "2025-06-08T20:59:43.000Z",
      conversationKey: `whatsapp:${NUMBER_ID}:${HERS}`,
      text: "สินค้าถึงหรือยังคะ",
      subject: {
        key: HERS,
        identifiers: [
          { kind: "WHATSAPP_ID", value: HERS, namespace: null, assurance: "VERIFIED" },
          { kind: "WHATSAPP_ID", value: BSUID, namespace: null, assurance: "VERIFIED" },
          { kind: "PHONE", value: `+${HERS}`, namespace: null, assurance: "VERIFIED" },
        ],
        attributes: { displayName: "สมหญิง ใจดี" },
      },
      data: { type: "text" },
    });
  });

  test("of somebody who keeps their number to themselves is known by their id of this business", () => {
    const hidden = { from_user_id: BSUID, id: WAMID, timestamp: "1749416383", ...text };
    const body = change("messages", { contacts: [{ user_id: BSUID }], messages: [hidden] });
    expect(readOne(body).subject).toMatchObject({
      key: BSUID,
      identifiers: [{ kind: "WHATSAPP_ID", value: BSUID }],
    });
  });

  test("in a group belongs to its sender, and to the conversation of the group", () => {
    expect(readOne(messages({ ...text, group_id: "Y2FwaV9ncm91cDox" }))).toMatchObject({
      subject: { key: HERS },
      conversationKey: "whatsapp:group:Y2FwaV9ncm91cDox",
    });
  });

  test.each<[string, object, string | undefined, object]>([
    [
      "an image with a caption",
      { type: "image", image: { caption: "บุบ", id: "2754859441498128", mime_type: "image/jpeg", sha256: "3f9d" } },
      "บุบ",
      { type: "image", content: { id: "2754859441498128", mime_type: "image/jpeg" } },
    ],
    [
      "a button",
      { type: "button", button: { text: "Unsubscribe", payload: "STOP" } },
      "Unsubscribe",
      { type: "button" },
    ],
    [
      "a choice from a list",
      { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "p", title: "Priority" } } },
      "Priority",
      { content: { type: "list_reply" } },
    ],
    ["a place", { type: "location", location: { latitude: 13.75, longitude: 100.5 } }, undefined, { type: "location" }],
    [
      "a type of tomorrow",
      { type: "hologram", hologram: { id: "1" } },
      undefined,
      { type: "hologram", content: { id: "1" } },
    ],
    [
      "an answer to an advertisement",
      { ...text, referral: { source_type: "ad", source_id: "120226305854810726", ctwa_clid: "Aff" } },
      "สินค้าถึงหรือยังคะ",
      { referral: { source_type: "ad", ctwa_clid: "Aff" } },
    ],
  ])("may be %s", (_what, said, words, data) => {
    const event = readOne(messages(said));
    expect(event).toMatchObject({ kind: "MESSAGE", data });
    expect(event.text).toBe(words);
  });

  test.each<[string, object, object]>([
    [
      "a reaction",
      { type: "reaction", reaction: { message_id: "wamid.X", emoji: "😀" } },
      { kind: "OTHER", data: { reactsTo: "wamid.X", emoji: "😀" } },
    ],
    [
      "a message taken back",
      { type: "revoke", revoke: { original_message_id: "wamid.X" } },
      { kind: "STATUS_CHANGE", data: { deletes: "wamid.X" } },
    ],
    [
      "an edit",
      { type: "edit", edit: { original_message_id: "wamid.X", message: { type: "text", text: { body: "yes" } } } },
      { kind: "MESSAGE", text: "yes", data: { edits: "wamid.X" } },
    ],
  ])("may be %s", (_what, said, expected) => {
    expect(readOne(messages(said))).toMatchObject(expected);
  });

  test("from the WhatsApp Business app is the company's, to the customer", () => {
    const echoes = [
      { from: OURS, to: HERS, id: "wamid.E", timestamp: "1749416400", type: "text", text: { body: "พรุ่งนี้ค่ะ" } },
    ];
    expect(readOne(change("smb_message_echoes", { message_echoes: echoes }))).toMatchObject({
      messageId: "wamid.E",
      direction: "OUTBOUND",
      actor: OURS,
      subject: { key: HERS },
      conversationKey: `whatsapp:${NUMBER_ID}:${HERS}`,
      text: "พรุ่งนี้ค่ะ",
    });
  });
});

test("A new number is one more of the same person's", () => {
  const system = { type: "user_changed_number", wa_id: "66898765432", body: "User changed" };
  const event = readOne(change("messages", { messages: [{ ...message, type: "system", system }] }));
  expect(event.kind).toBe("STATUS_CHANGE");
  expect(event.subject.identifiers.map(({ value }) => value)).toEqual([HERS, BSUID, `+${HERS}`, "66898765432"]);
});

test("Of the receipts only failures are told", () => {
  const receipt = { id: WAMID, timestamp: "1749416390", recipient_id: HERS };
  const statuses = [
    ...["sent", "delivered", "read", "played"].map((status) => ({ ...receipt, status })),
    { ...receipt, status: "failed", errors: [{ code: 131026, title: "Message undeliverable" }] },
  ];
  expect(eventsOf(read(change("messages", { statuses })))).toMatchObject([
    {
      messageId: `${WAMID}:failed`,
      kind: "STATUS_CHANGE",
      direction: "OUTBOUND",
      data: { errors: [{ code: 131026 }] },
    },
  ]);
});

test("A call is told once, when it has ended, with its length", () => {
  const call = { id: "wacid.ABG", from: HERS, to: OURS, timestamp: "1749416500", direction: "USER_INITIATED" };
  const end = { ...call, event: "terminate", status: "COMPLETED", start_time: "1749416440", duration: 60 };
  const events = eventsOf(read(change("calls", { contacts, calls: [{ ...call, event: "connect" }, end] })));
  expect(events).toMatchObject([
    { kind: "CALL", direction: "INBOUND", subject: { key: HERS }, data: { durationSeconds: 60, status: "COMPLETED" } },
  ]);
});

describe("What cannot be read", () => {
  test("is refused alone; other fields are kept aside", () => {
    expect(read(messages(text, { ...text, timestamp: "soon" }, text)).map((item) => item.kind)).toEqual([
      "EVENT",
      "UNREADABLE",
      "EVENT",
    ]);
    const other = change("message_template_status_update", { event: "APPROVED" });
    expect(read(other)).toMatchObject([{ kind: "UNKNOWN", type: "message_template_status_update" }]);
    expect(read(change("messages", { errors: [{ code: 1 }] })).map((item) => item.kind)).toEqual(["UNKNOWN"]);
  });

  test("never makes it throw", () => {
    const all = change("messages", {
      contacts,
      messages: [
        { ...message, ...text, context: { id: "w" } },
        { ...message, type: "constructor" },
        { ...message, type: "interactive", interactive: { list_reply: { title: "t" } } },
      ],
      message_echoes: [{ to: HERS, id: "e", timestamp: 1, type: "text", text: { body: "b" } }],
      statuses: [{ id: "s", status: "failed", timestamp: 1, recipient_id: HERS }],
      calls: [{ id: "c", event: "terminate", timestamp: 1, from: HERS }],
    });
    expectTotal(whatsappAdapter, connection, [all]);
  });
});
