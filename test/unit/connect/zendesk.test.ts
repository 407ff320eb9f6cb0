import { createHmac } from "node:crypto";
import { zendeskAdapter } from "../../../src/connect/systems/zendesk/zendesk";
import { checked, connectionOf, deliveryOf, eventsOf, expectTotal } from "../../support/adapter-deliveries";

const SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==";
const connection = { source: "zendesk", credentials: [{ signingSecret: SECRET }] };

const told = (type: string, detail: object, event: object = {}, separator = ":") => ({
  type: `zen:event-type${separator}${type}`,
  account_id: 12514403,
  id: "2b24ef10-19d4-4740-93cf-8f98ec4776c0",
  time: "2026-03-01T11:33:18.123456789Z",
  zendesk_event_version: "2022-06-20",
  subject: "zen:user:6596848315901",
  detail,
  event,
});
const user = {
  created_at: "2026-01-04T05:27:58Z",
  email: "nok@example.com",
  external_id: "",
  default_group_id: "0",
  id: "6596848315901",
  organization_id: "0",
  role: "end-user",
  updated_at: "2026-03-01T11:33:18Z",
};
const ticket = {
  id: "5158",
  subject: "Dented kettle",
  description: "It arrived with a dent.",
  status: "OPEN",
  priority: "HIGH",
  requester_id: "6596848315901",
  via: { channel: "email" },
};
const comment = (author: object, is_public = true, body = "We look into it.") => ({
  comment: { id: 9876543210, body, is_public, author },
});
const agent = { id: 8447388090495, is_staff: true, name: "Ciaran" };
const customer = { id: "6596848315901", is_staff: false, name: "Nok" };

const read = (body: object) => checked(zendeskAdapter.read(deliveryOf({ body }), connection));
const eventOf = (body: object) => eventsOf(read(body))[0];

describe("A delivery of Zendesk", () => {
  const body = JSON.stringify(told("user.created", user));
  const TIME = "2026-03-01T11:59:00Z";
  // The order of Zendesk's page: the time, then the body.
  const sign = (secret: string, time = TIME, text = body) =>
    createHmac("sha256", secret)
      .update(time + text)
      .digest("base64");
  const verify = (signature: string, time = TIME, text = body, secrets = [SECRET]) =>
    zendeskAdapter.verify(
      deliveryOf({
        body: text,
        headers: { "X-Zendesk-Webhook-Signature": signature, "X-Zendesk-Webhook-Signature-Timestamp": time },
      }),
      connectionOf(...secrets.map((signingSecret) => ({ signingSecret }))),
    );

  test("counts when it is signed with the secret, the new or the old", () => {
    expect(verify(sign(SECRET))).toBeNull();
    expect(verify(sign("old"), TIME, body, ["new", "old"])).toBeNull();
    expect(verify(sign("old"), TIME, body, ["new"])).toBe("The signature does not match.");
  });

  test("does not count when a byte, the time or the order is another", () => {
    expect(verify(sign(SECRET), TIME, `${body} `)).toBe("The signature does not match.");
    expect(verify(sign(SECRET), "2026-03-01T11:59:01Z")).toBe("The signature does not match.");
    const reversed = createHmac("sha256", SECRET)
      .update(body + TIME)
      .digest("base64");
    expect(verify(reversed)).toBe("The signature does not match.");
  });

  test("does not count after ten minutes, or with a time that is none", () => {
    const old = "2026-03-01T11:49:59Z";
    expect(verify(sign(SECRET, old), old)).toBe("The signature is too old.");
    expect(verify(sign(SECRET, "now"), "now")).toBe("The signature is too old.");
    expect(zendeskAdapter.verify(deliveryOf({ body }), connection)).toBe("The signature is missing.");
  });
});

describe("Zendesk says", () => {
  test("who a user is", () => {
    expect(read(told("user.created", user))).toMatchObject([
      {
        kind: "RECORD",
        record: {
          key: "6596848315901",
          identifiers: [
            { kind: "CRM_ID", namespace: "zendesk", value: "6596848315901" },
            { kind: "EMAIL", value: "nok@example.com" },
          ],
          observedAt: "2026-03-01T11:33:18.123Z",
        },
      },
    ]);
  });

  test("what a user is called now", () => {
    const renamed = told("user.name_changed", user, { current: "Nok Rattana", previous: "Nok" });
    expect(read(renamed)).toMatchObject([{ record: { attributes: { displayName: "Nok Rattana" } } }]);
  });

  test.each([
    ["user.deleted", {}],
    ["user.active_changed", { current: false, previous: true }],
  ])("that a user is gone: %s", (type, event) => {
    expect(read(told(type, user, event))).toMatchObject([{ kind: "RECORD_REMOVED", key: "6596848315901" }]);
  });

  test("that two users were merged, of whom it names both", () => {
    for (const separator of [":", "/"]) {
      expect(read(told("user.merged", user, { user: { id: "77" } }, separator))).toMatchObject([
        { kind: "RECORD", record: { key: "6596848315901" } },
        { kind: "RECORD", record: { key: "77" } },
        { kind: "RECORDS_MERGED", survivorKey: "6596848315901", mergedKeys: ["77"] },
      ]);
    }
  });

  test("nothing of its agents, and nothing of a merge that does not name both: they are kept and counted", () => {
    expect(read(told("user.created", { ...user, role: "agent" }))).toMatchObject([{ kind: "UNKNOWN" }]);
    for (const event of [{}, { user: { id: user.id } }, { user: "77" }]) {
      expect(read(told("user.merged", user, event))).toMatchObject([
        { kind: "UNKNOWN", type: "zen:event-type:user.merged" },
      ]);
    }
    expect(read(told("organization.created", { id: "1" }))).toMatchObject([{ kind: "UNKNOWN" }]);
  });

  test("that a ticket was opened", () => {
    expect(eventOf(told("ticket.created", ticket))).toMatchObject({
      messageId: "2b24ef10-19d4-4740-93cf-8f98ec4776c0",
      channel: "EMAIL",
      kind: "STATUS_CHANGE",
      text: "Dented kettle",
      conversationKey: "zendesk:ticket:5158",
      subject: { key: "6596848315901" },
      data: { description: "It arrived with a dent." },
    });
  });

  test.each([
    ["a customer's comment", customer, true, "MESSAGE", "INBOUND", null],
    ["an agent's answer", agent, true, "MESSAGE", "OUTBOUND", "Ciaran"],
    ["an agent's note", agent, false, "NOTE", "INTERNAL", "Ciaran"],
  ])("%s, on the customer's timeline", (_, author, isPublic, kind, direction, actor) => {
    expect(eventOf(told("ticket.comment_added", ticket, comment(author, isPublic)))).toMatchObject({
      kind,
      direction,
      actor,
      text: "We look into it.",
      subject: { key: "6596848315901" },
      conversationKey: "zendesk:ticket:5158",
      data: { commentId: "9876543210" },
    });
  });

  test.each([
    ["whatsapp", "WHATSAPP"],
    ["pigeon", "CRM"],
    ["constructor", "CRM"],
    ["__proto__", "CRM"],
  ])("by which way a ticket came: %s", (channel, expected) => {
    expect(eventOf(told("ticket.created", { ...ticket, via: { channel } }))?.channel).toBe(expected);
  });

  test("that a ticket is solved", () => {
    const solved = told("ticket.status_changed", ticket, { current: "SOLVED", previous: "OPEN" });
    expect(eventOf(solved)).toMatchObject({ kind: "STATUS_CHANGE", data: { from: "OPEN", to: "SOLVED" } });
  });

  test("no payload that makes the adapter fail", () => {
    expectTotal(zendeskAdapter, connection, [
      told("user.created", user),
      told("user.name_changed", user, { current: "Nok" }),
      told("ticket.created", ticket),
      told("ticket.comment_added", ticket, comment(agent)),
    ]);
  });
});
