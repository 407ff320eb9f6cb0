import { createHmac } from "node:crypto";
import { intercomAdapter } from "../../../src/connect/systems/intercom/intercom";
import { checked, connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const SECRET = "intercom-client-secret";
const connection = { source: "intercom", credentials: [{ clientSecret: SECRET }] };

const notification = (topic: string, item: object) => ({
  type: "notification_event",
  app_id: "a86dr8yl",
  id: "notif_ccd8a4d0-f965-11e3-a367-c779cae3e1b3",
  topic,
  created_at: 1772366400,
  delivery_attempts: 1,
  first_sent_at: 1772366400,
  data: { type: "notification_event_data", item },
});

const contact = {
  type: "contact",
  id: "5ba682d23d7cf92bef87bfd4",
  workspace_id: "ecahpwf5",
  external_id: "customer-9",
  role: "user",
  email: "nok@example.com",
  phone: "+66955550134",
  name: "Nok Rattana",
  updated_at: 1772366300,
  location: { type: "location", country: "Thailand", region: "Chiang Mai", city: "Chiang Mai" },
  custom_attributes: { paid_subscriber: true },
};

const user = { type: "user", id: contact.id, name: "Nok Rattana", email: "nok@example.com" };
const admin = { type: "admin", id: "991267364", name: "Ciaran", email: "ciaran@example.com" };
const said = (id: string, part_type: string, body: string | null, author: object, created_at = 1772366500) => ({
  type: "conversation_part",
  id,
  part_type,
  body,
  created_at,
  author,
});
const conversation = (parts: object[], source: object = {}) => ({
  type: "conversation",
  id: "1122334455",
  created_at: 1772366350,
  source: {
    type: "conversation",
    id: "3",
    subject: "",
    body: "<p>Is the <b>matcha</b> back?</p><p>ขอบคุณ &amp; bye</p>",
    author: user,
    ...source,
  },
  contacts: { type: "contact.list", contacts: [{ type: "contact", id: contact.id, external_id: "customer-9" }] },
  conversation_parts: { type: "conversation_part.list", conversation_parts: parts, total_count: parts.length },
});

const read = (topic: string, item: object) =>
  checked(intercomAdapter.read(deliveryOf({ body: notification(topic, item) }), connection));
const events = (topic: string, item: object) => eventsOf(read(topic, item));

describe("A delivery of Intercom", () => {
  const body = JSON.stringify(notification("contact.user.created", contact));
  const sign = (secret: string, text = body) => `sha1=${createHmac("sha1", secret).update(text).digest("hex")}`;
  const verify = (signature: string, text = body, secrets = [SECRET]) =>
    intercomAdapter.verify(
      deliveryOf({ body: text, headers: { "X-Hub-Signature": signature } }),
      connectionOf(...secrets.map((clientSecret) => ({ clientSecret }))),
    );

  test("counts when it is signed with the client secret, the new or the old", () => {
    expect(verify(sign(SECRET))).toBeNull();
    expect(verify(sign("old"), body, ["new", "old"])).toBeNull();
    expect(verify(sign("old"), body, ["new"])).toBe("The signature does not match.");
  });

  test("does not count when one byte is another, or the signature is none", () => {
    expect(verify(sign(SECRET), body.replace("Nok", "Noc"))).toBe("The signature does not match.");
    expect(verify(sign(SECRET).replace("sha1=", "sha256="))).toBe("The signature is missing.");
    expect(verify("")).toBe("The signature is missing.");
  });
});

describe("Intercom says", () => {
  test("who a contact is", () => {
    expect(read("contact.user.updated", contact)).toEqual([
      {
        kind: "RECORD",
        record: {
          source: "intercom",
          key: contact.id,
          identifiers: [
            { kind: "CRM_ID", namespace: "intercom", value: contact.id, assurance: "VERIFIED" },
            { kind: "USER_ID", namespace: null, value: "customer-9", assurance: "ASSERTED" },
            { kind: "EMAIL", namespace: null, value: "nok@example.com", assurance: "ASSERTED" },
            { kind: "PHONE", namespace: null, value: "+66955550134", assurance: "ASSERTED" },
          ],
          attributes: {
            displayName: "Nok Rattana",
            address: { city: "Chiang Mai", region: "Chiang Mai", country: "Thailand" },
            role: "user",
          },
          observedAt: "2026-03-01T11:58:20.000Z",
          complete: false,
        },
      },
    ]);
  });

  test("of a merge only who is left, which is all that can be kept of it", () => {
    expect(read("contact.merged", contact)).toMatchObject([{ kind: "RECORD", record: { key: contact.id } }]);
  });

  test("that a contact is gone, with little more than its id", () => {
    expect(read("contact.deleted", { type: "contact", id: contact.id })).toEqual([
      { kind: "RECORD_REMOVED", source: "intercom", key: contact.id, at: "2026-03-01T12:00:00.000Z" },
    ]);
  });

  test("what a customer wrote first, as plain text", () => {
    expect(events("conversation.user.created", conversation([]))).toMatchObject([
      {
        messageId: "conversation:1122334455:3",
        channel: "WEB_CHAT",
        kind: "MESSAGE",
        direction: "INBOUND",
        conversationKey: "intercom:conversation:1122334455",
        text: "Is the matcha back?\n\nขอบคุณ & bye",
        subject: { key: contact.id },
        occurredAt: "2026-03-01T11:59:10.000Z",
      },
    ]);
  });

  test("what was answered, noted and done, without telling the beginning again", () => {
    const parts = [
      said("71", "comment", "<p>Tomorrow!</p>", admin),
      said("72", "note", "<p>Called the shop</p>", admin),
      said("73", "close", null, admin),
      said("74", "comment", "<p>どうも</p>", user),
    ];
    const told = events("conversation.admin.replied", conversation(parts, { type: "email", subject: "Matcha" }));
    expect(
      told.map(({ messageId, kind, direction, text, actor, channel }) => [
        messageId,
        channel,
        kind,
        direction,
        text,
        actor,
      ]),
    ).toEqual([
      ["conversation:1122334455:71", "EMAIL", "MESSAGE", "OUTBOUND", "Tomorrow!", "Ciaran"],
      ["conversation:1122334455:72", "EMAIL", "NOTE", "INTERNAL", "Called the shop", "Ciaran"],
      ["conversation:1122334455:73", "EMAIL", "STATUS_CHANGE", "INTERNAL", null, "Ciaran"],
      ["conversation:1122334455:74", "EMAIL", "MESSAGE", "INBOUND", "どうも", null],
    ]);
    expect(new Set(told.map(({ subject }) => subject.key))).toEqual(new Set([contact.id]));
  });

  test.each([
    ["sms", "SMS"],
    ["pigeon", "WEB_CHAT"],
    ["constructor", "WEB_CHAT"],
    ["__proto__", "WEB_CHAT"],
  ])("by which way a conversation came: %s", (type, expected) => {
    const told = events("conversation.admin.replied", conversation([said("71", "comment", "Hi", admin)], { type }));
    expect(told.map(({ channel }) => channel)).toEqual([expected]);
  });

  test("other things, which are kept and counted", () => {
    expect(read("ping", { type: "ping", message: "something something interzen" })).toMatchObject([
      { kind: "UNKNOWN" },
    ]);
    expect(read("contact.tag.created", { type: "contact_tag", contact })).toMatchObject([{ kind: "UNKNOWN" }]);
    expect(read("company.created", { type: "company", id: "1" })).toMatchObject([{ kind: "UNKNOWN" }]);
  });

  test("no payload that makes the adapter fail", () => {
    expectTotal(intercomAdapter, connection, [
      notification("contact.user.created", contact),
      notification("contact.deleted", { type: "contact", id: "1" }),
      notification("conversation.user.created", conversation([said("1", "comment", "<b>x", user)])),
    ]);
  });
});
