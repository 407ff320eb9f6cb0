import { Signature } from "@hubspot/api-client";
import type { Item } from "../../../src/connect/pipeline/adapter";
import { hubspotAdapter } from "../../../src/connect/systems/hubspot/hubspot";
import { checked, connectionOf, deliveryOf, expectTotal } from "../../support/adapter-deliveries";

const SECRET = "app-client-secret";
const NOW = Date.parse("2026-03-01T12:00:00.000Z");
const connection = { source: "hubspot", credentials: [{ clientSecret: SECRET }] };

/** An event as HubSpot's page on webhooks shows it. */
const event = (change: object) => ({
  eventId: 3816279340,
  subscriptionId: 25,
  portalId: 33,
  appId: 1160452,
  occurredAt: NOW - 1000,
  attemptNumber: 0,
  objectId: 501,
  changeSource: "CRM",
  ...change,
});
const changed = (propertyName: string, propertyValue: string, change: object = {}) =>
  event({ subscriptionType: "contact.propertyChange", propertyName, propertyValue, ...change });

const read = (...events: object[]) => checked(hubspotAdapter.read(deliveryOf({ body: events }), connection));
const readOne = (one: object): Item => read(one)[0]!;
const recordOf = (one: object) => {
  const item = readOne(one);
  if (item.kind !== "RECORD") throw new Error(`is a ${item.kind}`);
  return item.record;
};

const CRM_ID = { kind: "CRM_ID", namespace: "hubspot", value: "501", assurance: "VERIFIED" };

describe("A delivery of HubSpot", () => {
  const url = "https://onefold.example.com/connect/acme/hubspot?tag=a%3Ab%20c";
  // What HubSpot signs: the escapes that its page lists are undone, others are not.
  const signedUrl = "https://onefold.example.com/connect/acme/hubspot?tag=a:b%20c";
  const body = JSON.stringify([changed("firstname", "Ånn ชา")]);
  const sign = (clientSecret: string, timestamp = NOW, text = body) =>
    Signature.getSignature("POST", "v3", {
      signature: "",
      clientSecret,
      requestBody: text,
      url: signedUrl,
      timestamp,
    });
  const verify = (
    signature: string,
    { text = body, timestamp = String(NOW), secrets = [SECRET], method = "POST", at = url } = {},
  ) =>
    hubspotAdapter.verify(
      deliveryOf({
        body: text,
        url: at,
        method,
        headers: { "X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": timestamp },
      }),
      connectionOf(...secrets.map((clientSecret) => ({ clientSecret }))),
    );

  test("counts when HubSpot's own library signed it", () => {
    expect(verify(sign(SECRET))).toBeNull();
  });

  test("counts under each of two secrets, and not under one that was taken back", () => {
    expect(verify(sign("old"), { secrets: ["new", "old"] })).toBeNull();
    expect(verify(sign("new"), { secrets: ["new", "old"] })).toBeNull();
    expect(verify(sign("old"), { secrets: ["new"] })).toBe("The signature does not match.");
    expect(verify(sign(""), { secrets: [""] })).toBe("The signature does not match.");
  });

  test.each([
    ["of another body", { text: body.replace("501", "502") }],
    ["by another method", { method: "PUT" }],
    ["to another address", { at: `${url}x` }],
    ["of another time", { timestamp: String(NOW + 1) }],
  ])("does not count with the signature %s", (_, change) => {
    expect(verify(sign(SECRET), change)).toBe("The signature does not match.");
  });

  test("counts for five minutes before and after", () => {
    const at = (timestamp: number) => verify(sign(SECRET, timestamp), { timestamp: String(timestamp) });
    expect(at(NOW - 300_000)).toBeNull();
    expect(at(NOW - 300_001)).toBe("The signature is too old.");
    expect(at(NOW + 300_001)).toBe("The signature is too old.");
    expect(verify(sign(SECRET), { timestamp: "soon" })).toBe("The signature is missing.");
  });
});

describe("HubSpot says", () => {
  test("that there is a contact", () => {
    expect(recordOf(event({ subscriptionType: "contact.creation" }))).toEqual({
      source: "hubspot",
      key: "501",
      identifiers: [CRM_ID],
      attributes: {},
      observedAt: "2026-03-01T11:59:59.000Z",
      complete: false,
    });
  });

  test.each([
    ["email", "ann@example.com", [{ kind: "EMAIL", value: "ann@example.com" }], {}],
    ["mobilephone", "+66 95 555 0134", [{ kind: "PHONE", value: "+66 95 555 0134" }], {}],
    [
      "hs_additional_emails",
      "a@example.com;b@example.com",
      [
        { kind: "EMAIL", value: "a@example.com" },
        { kind: "EMAIL", value: "b@example.com" },
      ],
      {},
    ],
    ["email", "", [], {}],
    ["firstname", "Ann", [], { givenName: "Ann" }],
    ["lastname", "", [], { familyName: null }],
    ["lifecyclestage", "customer", [], { lifecyclestage: "customer" }],
    ["constructor", "Ann", [], { constructor: "Ann" }],
  ])("that %s is %j", (name, value, identifiers, attributes) => {
    const record = recordOf(changed(name, value));
    expect(record.identifiers).toEqual([
      CRM_ID,
      ...identifiers.map((one) => ({ ...one, namespace: null, assurance: "ASSERTED" })),
    ]);
    expect(record.attributes).toEqual(attributes);
  });

  test("when each property got its value, so that the order of delivery does not matter", () => {
    const [late, early] = read(
      changed("city", "Osaka", { occurredAt: NOW }),
      changed("city", "Kyoto", { occurredAt: NOW - 9000 }),
    );
    expect([late, early]).toMatchObject([
      { record: { attributes: { city: "Osaka" }, observedAt: "2026-03-01T12:00:00.000Z" } },
      { record: { attributes: { city: "Kyoto" }, observedAt: "2026-03-01T11:59:51.000Z" } },
    ]);
  });

  test.each([
    ["one of the two is left", { primaryObjectId: 501, mergedObjectIds: [502] }, "501", ["502"]],
    [
      "a new one is left",
      { primaryObjectId: 501, mergedObjectIds: [502, 501], newObjectId: 503 },
      "503",
      ["501", "502"],
    ],
  ])("that contacts were merged, and %s", (_, ids, survivorKey, mergedKeys) => {
    const merge = event({ subscriptionType: "contact.merge", objectId: 501, numberOfPropertiesMoved: 7, ...ids });
    const items = read(merge);
    expect(items.flatMap((item) => (item.kind === "RECORD" ? item.record.identifiers : []))).toEqual(
      [survivorKey, ...mergedKeys].map((value) => ({ ...CRM_ID, value })),
    );
    expect(items.at(-1)).toEqual({
      kind: "RECORDS_MERGED",
      source: "hubspot",
      survivorKey,
      mergedKeys,
      at: "2026-03-01T11:59:59.000Z",
    });
  });

  test.each(["contact.deletion", "contact.privacyDeletion"])("that a contact is gone: %s", (subscriptionType) => {
    expect(readOne(event({ subscriptionType }))).toEqual({
      kind: "RECORD_REMOVED",
      source: "hubspot",
      key: "501",
      at: "2026-03-01T11:59:59.000Z",
    });
  });

  test("the same by its newer, general subscriptions", () => {
    const general = { subscriptionType: "object.deletion", objectTypeId: "0-1" };
    expect(readOne(event(general))).toMatchObject({ kind: "RECORD_REMOVED", key: "501" });
    expect(readOne(event({ ...general, objectTypeId: "0-2" }))).toMatchObject({ kind: "UNKNOWN" });
  });

  test("things of other objects, which are kept and counted", () => {
    for (const subscriptionType of ["company.creation", "contact.associationChange", "conversation.newMessage", "x"]) {
      expect(readOne(event({ subscriptionType }))).toMatchObject({ kind: "UNKNOWN", type: subscriptionType });
    }
  });

  test("ids beyond 2^53 without losing a digit", () => {
    const body = '[{"subscriptionType":"contact.creation","objectId":90071992547409931,"occurredAt":1772366400000}]';
    expect(hubspotAdapter.read(deliveryOf({ body }), connection)).toMatchObject([
      { record: { key: "90071992547409931" } },
    ]);
  });

  test("of a damaged event nothing, and its neighbours all", () => {
    const items = read(event({ subscriptionType: "contact.creation", objectId: null }), changed("city", "Nara"), {});
    expect(items.map(({ kind }) => kind)).toEqual(["UNREADABLE", "RECORD", "UNREADABLE"]);
    expect(checked(hubspotAdapter.read(deliveryOf({ body: { not: "a list" } }), connection))).toHaveLength(1);
  });

  test("no payload that makes the adapter fail", () => {
    expectTotal(hubspotAdapter, connection, [
      [changed("email", "ann@example.com"), event({ subscriptionType: "contact.creation" })],
      [event({ subscriptionType: "contact.merge", primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 4 })],
      [event({ subscriptionType: "object.deletion", objectTypeId: "0-1" })],
    ]);
  });
});
