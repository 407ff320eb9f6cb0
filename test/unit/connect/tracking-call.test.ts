import fc from "fast-check";
import { Item } from "../../../src/connect/pipeline/adapter";
import { CALL_TYPES, CallFrame, readCall } from "../../../src/connect/tracking/call";
import { occurredAt } from "../../../src/connect/tracking/clock";
import { readTraits } from "../../../src/connect/tracking/traits";
import { EventInput } from "../../../src/ingest/event-input.type";

const FRAME: CallFrame = {
  ...{ type: null, sentAt: null, receivedAt: "2026-01-01T12:00:00.000Z", source: "tracking", isHistoric: false },
};

function eventOf(message: object): EventInput {
  const item = readCall({ messageId: "m", userId: "u", type: "track", event: "Tea", ...message }, FRAME);
  if (item.kind !== "EVENT") throw new Error(JSON.stringify(item));
  return item.event;
}

describe("a track call", () => {
  it.each<[string, object]>([
    ["Order Completed", { kind: "PURCHASE", channel: "WEB", direction: "INBOUND" }],
    ["Completed Order", { kind: "PURCHASE" }],
    ["order completed", { kind: "PURCHASE" }],
    ["Order Updated", { kind: "STATUS_CHANGE" }],
    ["Order Refunded", { kind: "STATUS_CHANGE" }],
    ["Order Cancelled", { kind: "STATUS_CHANGE" }],
    ["Product Viewed", { kind: "PAGE_VIEW" }],
    ["Product List Viewed", { kind: "PAGE_VIEW" }],
    ["Cart Viewed", { kind: "PAGE_VIEW" }],
    ["Product Added", { kind: "OTHER", text: "Product Added" }],
    ["Live Chat Conversation Started", { kind: "STATUS_CHANGE", channel: "WEB_CHAT" }],
    ["Live Chat Conversation Ended", { kind: "STATUS_CHANGE", channel: "WEB_CHAT" }],
    ["constructor", { kind: "OTHER" }],
  ])("%s has its meaning", (event, expected) => {
    expect(eventOf({ event })).toMatchObject(expected);
  });

  it("of a live chat is a message of its conversation, and says who of the company wrote", () => {
    const properties = { conversation_id: "c-1", message_body: "Hello", agent_id: "a-1", agent_name: "Peter" };
    expect(eventOf({ event: "Live Chat Message Sent", properties })).toMatchObject({
      ...{
        kind: "MESSAGE",
        channel: "WEB_CHAT",
        direction: "INBOUND",
        text: "Hello",
        conversationKey: "c-1",
        actor: null,
      },
    });
    expect(eventOf({ event: "Live Chat Message Received", properties })).toMatchObject({
      ...{ kind: "MESSAGE", direction: "OUTBOUND", text: "Hello", conversationKey: "c-1", actor: "Peter" },
    });
  });

  it("of a review shows what was written", () => {
    const properties = { review_body: "Lovely tea", rating: "5" };
    expect(eventOf({ event: "Product Reviewed", properties })).toMatchObject({ kind: "REVIEW", text: "Lovely tea" });
  });

  it.each<[string, object, string]>([
    ["nothing that says so", {}, "WEB"],
    ["a property", { properties: { channel: "in-store" } }, "IN_STORE"],
    ["the context", { context: { channel: "chatbot" } }, "CHATBOT"],
    ["a library for phones", { context: { library: { name: "analytics-kotlin" } } }, "MOBILE_APP"],
    ["RudderStack's word for phones", { channel: "mobile" }, "MOBILE_APP"],
    ["RudderStack's word for servers", { channel: "server" }, "WEB"],
    ["a property that is no channel", { properties: { channel: "pigeon" } }, "WEB"],
  ])("takes its channel from %s", (_name, message, channel) => {
    expect(eventOf(message).channel).toBe(channel);
  });

  it("keeps its properties and its context as they came, and the traits as attributes", () => {
    const event = eventOf({
      properties: { total: 9.5, items: [{ sku: "a" }] },
      context: { ip: "192.0.2.1", traits: { plan: "gold" } },
    });
    expect(event.data).toEqual({
      ...{ event: "Tea", properties: { total: 9.5, items: [{ sku: "a" }] }, context: { ip: "192.0.2.1" } },
    });
    expect(event.subject.attributes).toEqual({ plan: "gold" });
  });
});

describe("the person of a call", () => {
  it.each<[string, object, string, string[]]>([
    ["is the user", { userId: "u", anonymousId: "a" }, "u", ["USER_ID u", "ANONYMOUS_ID a"]],
    ["is the visitor where nobody has signed in", { userId: null, anonymousId: "a" }, "a", ["ANONYMOUS_ID a"]],
    ["may have a number for an id", { userId: 42 }, "42", ["USER_ID 42"]],
    ["has a device", { userId: "u", context: { device: { id: "d" } } }, "u", ["USER_ID u", "DEVICE_ID d"]],
  ])("%s", (_name, message, key, identifiers) => {
    const { subject } = eventOf(message);
    expect(subject.key).toBe(key);
    expect(subject.identifiers.map(({ kind, value }) => `${kind} ${value}`)).toEqual(identifiers);
  });
});

describe("traits", () => {
  it("have the names that attributes have here", () => {
    const { identifiers, attributes } = readTraits({
      ...{ email: "ann@example.com", phone: "+12025550143", firstName: "Ann", lastName: "Carter", name: "Ann Carter" },
      ...{ birthday: "1978-11-12T00:00:00.000Z", gender: null, plan: "gold", logins: 5 },
      address: { street: "1 Main St", city: "Springfield", state: "IL", postalCode: "62701", country: "US" },
    });
    expect(identifiers).toEqual([
      { kind: "EMAIL", value: "ann@example.com" },
      { kind: "PHONE", value: "+12025550143" },
    ]);
    expect(attributes).toEqual({
      ...{ givenName: "Ann", familyName: "Carter", displayName: "Ann Carter", dateOfBirth: "1978-11-12" },
      ...{ gender: null, plan: "gold", logins: 5 },
      address: { line: "1 Main St", city: "Springfield", region: "IL", postalCode: "62701", country: "US" },
    });
  });

  it("of odd names stay what they are", () => {
    const { attributes } = readTraits(JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}'));
    expect(Object.keys(attributes).sort()).toEqual(["__proto__", "constructor", "toString"]);
  });
});

describe("the time of a call", () => {
  const received = "2026-01-01T12:00:00.000Z";
  it.each<[string, object, string | null]>([
    ["is that of its arrival without one", {}, received],
    ["is what the client says", { timestamp: "2026-01-01T10:00:00Z" }, "2026-01-01T10:00:00.000Z"],
    [
      "is put right by as much as the client's clock is behind",
      { timestamp: "2026-01-01T10:00:00Z", sentAt: "2026-01-01T11:00:00Z" },
      "2026-01-01T11:00:00.000Z",
    ],
    [
      "is put right by as much as it is ahead",
      { originalTimestamp: "2027-01-01T10:00:00Z", sentAt: "2027-01-01T12:00:00Z" },
      "2026-01-01T10:00:00.000Z",
    ],
    [
      "is left alone for what the network takes",
      { timestamp: "2026-01-01T10:00:00Z", sentAt: "2026-01-01T11:59:55Z" },
      "2026-01-01T10:00:00.000Z",
    ],
    [
      "is the corrected one where there are both",
      { timestamp: "2026-01-01T10:00:00Z", originalTimestamp: "2020-01-01T00:00:00Z", sentAt: "2020-01-01T00:00:00Z" },
      "2026-01-01T10:00:00.000Z",
    ],
    ["may be milliseconds", { timestamp: Date.parse(received) }, received],
    ["is in UTC where it names no zone", { timestamp: "2026-01-01T10:00:00" }, "2026-01-01T10:00:00.000Z"],
    ["is left alone beside a sentAt that is none", { timestamp: received, sentAt: "now" }, received],
    ["is none", { timestamp: "soon" }, null],
    ["is too far away", { timestamp: 9e15 }, null],
    ["is put out of the calendar", { timestamp: "9999-12-31T00:00:00Z", sentAt: "2001-01-01T00:00:00Z" }, null],
  ])("%s", (_name, times, expected) => {
    const all = { originalTimestamp: null, timestamp: null, sentAt: null, receivedAt: received, isHistoric: false };
    expect(occurredAt({ ...all, ...times })).toBe(expected);
  });
});

describe("whatever is sent", () => {
  const KINDS: readonly Item["kind"][] = ["EVENT", "RECORD", "UNKNOWN", "UNREADABLE"];
  const anything = fc.anything({ withNullPrototype: true, withSparseArray: true });
  const member = fc.oneof(anything, fc.string(), fc.constantFrom("u", 7, null, "2026-01-01T00:00:00Z"));
  const call = fc.record(
    {
      ...{ type: fc.oneof(fc.constantFrom(...CALL_TYPES), member), userId: member, anonymousId: member, event: member },
      ...{ messageId: member, timestamp: member, originalTimestamp: member, sentAt: member, groupId: member },
      ...{
        previousId: member,
        name: member,
        properties: member,
        traits: member,
        context: fc.oneof(member, fc.record({ traits: member, device: member, library: member })),
      },
    },
    { requiredKeys: [] },
  );

  it("is read as one item, and nothing throws", () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.jsonValue(), call), member, (message, sentAt) => {
        expect(KINDS).toContain(readCall(message, { ...FRAME, sentAt }).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read as the same item each time", () => {
    fc.assert(
      fc.property(call, (message) => {
        expect(readCall(message, FRAME)).toEqual(readCall(message, FRAME));
      }),
    );
  });
});
