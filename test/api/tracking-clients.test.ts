import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { Analytics } from "@segment/analytics-node";
import { startTestServer, TestServer } from "../support/server";
import { TrackedProfile, Tracker } from "../support/tracking";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const told = ({ timeline }: TrackedProfile) => timeline.nodes.map(({ kind, text }) => `${kind}: ${text}`).sort();
const attributesOf = ({ attributes }: TrackedProfile) =>
  Object.fromEntries(attributes.map(({ name, value }) => [name, value]));

describe("@segment/analytics-node, pointed at this server by `host`,", () => {
  async function withSegment(tracker: Tracker, work: (analytics: Analytics) => void): Promise<string[]> {
    const failures: string[] = [];
    const analytics = new Analytics({ writeKey: tracker.writeKey, host: server.url, maxRetries: 0 });
    analytics.on("error", ({ reason }) => failures.push(String(reason)));
    work(analytics);
    await analytics.closeAndFlush();
    return failures;
  }

  it("tells who somebody is and what they do", async () => {
    const tracker = await Tracker.of(server);
    const before = Date.now();
    const failures = await withSegment(tracker, (analytics) => {
      analytics.page({ anonymousId: "cookie-1", name: "Matcha", properties: { url: "https://shop.example/matcha" } });
      analytics.identify({
        userId: "u-1",
        anonymousId: "cookie-1",
        traits: {
          ...{ firstName: "Nok", lastName: "Rattana", email: "nok@example.com", phone: "+66955550134", plan: "gold" },
          ...{ birthday: new Date("1990-05-17T00:00:00Z"), address: { street: "1 Tea St", city: "Chiang Mai" } },
        },
      });
      analytics.group({ userId: "u-1", groupId: "acme", traits: { name: "Acme" } });
      analytics.track({ userId: "u-1", event: "Order Completed", properties: { order_id: "77", total: 890 } });
      analytics.screen({ userId: "u-1", name: "Basket" });
      analytics.alias({ userId: "u-1", previousId: "cookie-0" });
    });
    expect(failures).toEqual([]);
    const profile = await tracker.user("u-1");
    expect(told(profile)).toEqual(["PAGE_VIEW: Basket", "PAGE_VIEW: Matcha", "PURCHASE: Order Completed"]);
    expect(profile.displayName).toBe("Nok Rattana");
    expect(profile.identifiers).toEqual(
      expect.arrayContaining([
        { kind: "USER_ID", value: "u-1", assurance: "ASSERTED" },
        { kind: "EMAIL", value: "nok@example.com", assurance: "ASSERTED" },
        { kind: "PHONE", value: "+66955550134", assurance: "ASSERTED" },
        { kind: "ANONYMOUS_ID", value: "cookie-1", assurance: "ASSERTED" },
        { kind: "ANONYMOUS_ID", value: "cookie-0", assurance: "ASSERTED" },
      ]),
    );
    expect(attributesOf(profile)).toMatchObject({
      ...{ givenName: "Nok", familyName: "Rattana", dateOfBirth: "1990-05-17", plan: "gold" },
      ...{ address: { line: "1 Tea St", city: "Chiang Mai" }, company: { id: "acme", name: "Acme" } },
    });
    expect(profile.records).toEqual([
      { source: "tracking", key: "cookie-1" },
      { source: "tracking", key: "u-1" },
    ]);
    for (const { occurredAt } of profile.timeline.nodes) {
      expect(Date.parse(occurredAt)).toBeGreaterThanOrEqual(before - 1_000);
      expect(Date.parse(occurredAt)).toBeLessThanOrEqual(Date.now() + 1_000);
    }
  });

  it("is told that a key opens nothing", async () => {
    const tracker = await Tracker.of(server);
    const failures: string[] = [];
    const analytics = new Analytics({ writeKey: "nobody's", host: server.url, maxRetries: 0 });
    analytics.on("error", ({ reason }) => failures.push(String(reason)));
    analytics.track({ userId: "u-1", event: "Tea" });
    await analytics.closeAndFlush();
    expect(failures).toEqual([expect.stringContaining("401")]);
    expect(await tracker.find("USER_ID", "u-1")).toBeNull();
  });
});

describe("@rudderstack/rudder-sdk-node, pointed at this server by `dataPlaneUrl`,", () => {
  it.each([true, false])("tells who somebody is and what they do (gzip: %s)", async (gzip) => {
    const tracker = await Tracker.of(server);
    const analytics = new RudderAnalytics(tracker.writeKey, {
      dataPlaneUrl: server.url,
      gzip,
      retryCount: 0,
      logLevel: "none",
    } as never);
    // The first call flushes by itself; a flush waits for the one before.
    analytics.identify({
      userId: "r-1",
      anonymousId: "cookie-9",
      traits: { name: "นก รัตนา", email: "nok@example.com" },
    });
    analytics.track({
      userId: "r-1",
      event: "Live Chat Message Sent",
      properties: { conversation_id: "c", message_body: "สวัสดี" },
    });
    analytics.page({ userId: "r-1", name: "Home" });
    analytics.screen({ userId: "r-1", name: "Basket" });
    analytics.group({ userId: "r-1", groupId: "acme" });
    analytics.alias({ userId: "r-1", previousId: "cookie-8" });
    await analytics.flush();
    const profile = await tracker.user("r-1");
    expect(told(profile)).toEqual(["MESSAGE: สวัสดี", "PAGE_VIEW: Basket", "PAGE_VIEW: Home"]);
    expect(attributesOf(profile)).toMatchObject({ displayName: "นก รัตนา", company: { id: "acme" } });
    expect(profile.identifiers.map(({ value }) => value)).toEqual(
      expect.arrayContaining(["r-1", "cookie-9", "cookie-8", "nok@example.com"]),
    );
  });
});
